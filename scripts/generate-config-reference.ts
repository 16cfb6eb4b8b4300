/** Makes docs/configuration.md from the schema: npm run docs. */
import { expectation } from '../src/config/expectation.ts'
import { configSchema } from '../src/config/schema/index.ts'
import type { SchemaNode } from '../src/config/schema/values.ts'
import { wrapProse } from './wrap-prose.ts'

const INTRO = `<!-- Generated from src/config/schema by scripts/generate-config-reference.ts. Do not edit. -->

# Configuration

The router reads one YAML file: the one given with \`--config\`, else the one that \`ROUTER_CONFIG\` names, else
\`config.yaml\` or \`config.yml\` in the working directory. Without a file it makes a configuration in memory from the
provider keys in the environment, the model servers on this machine and the simulated provider \`sandbox\`.
\`router check\` reports everything that is wrong with a file, with line and column.
[config.example.yaml](../config.example.yaml) shows every key in use. For completion and checks in an editor with a
YAML language server, begin the file with \`# yaml-language-server: $schema=PATH\`, where PATH leads to
[config.schema.json](config.schema.json).

- **Environment**: \`\${NAME}\` in a text is replaced by the variable, \`\${NAME:-default}\` has a default for when it is
  not set or empty, and \`$\${\` stands for a literal \`\${\`. A missing variable is an error, unless it belongs to a
  provider with \`optional: true\`. Inside \`{ }\` and \`[ ]\` put it in quotes.
- **Durations** are \`500ms\`, \`30s\`, \`5m\`, \`1h\` or \`7d\`; a plain number is seconds.
- **Sizes** are \`512kb\`, \`32mb\` or \`1gb\`, in powers of 1024; a plain number is bytes.
- **Prices** are USD per million tokens.
- **Anchors**, aliases and merge keys (\`<<\`) work. The file may have up to 1 MB and 100,000 values, aliases expanded.
- **Reload**: the file is watched, and SIGHUP looks at it too. A valid change takes effect without dropping a request;
  an invalid one is logged, and the old configuration stays.
`

interface Row {
  readonly path: string
  readonly schema: SchemaNode
  readonly required: boolean
}

/** Every key below a schema, as \`models.NAME.endpoints[].weight\`. */
export function* keysOf(schema: SchemaNode, path = ''): Generator<Row> {
  // What may be one or a list of the same is shown as a list.
  const isList = schema.properties !== undefined && schema.items?.properties === schema.properties
  for (const [key, value] of isList ? [] : Object.entries(schema.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`
    yield { path: at, schema: value, required: schema.required?.includes(key) ?? false }
    yield* keysOf(value, at)
  }
  if (schema.items?.properties) yield* keysOf(schema.items, `${path}[]`)
  if (typeof schema.additionalProperties === 'object') {
    yield { path: `${path}.NAME`, schema: schema.additionalProperties, required: false }
    yield* keysOf(schema.additionalProperties, `${path}.NAME`)
  }
}

/** The text of docs/configuration.md. */
export function configReference(): string {
  const sections = Object.entries(configSchema.properties ?? {}).map(([name, schema]) => {
    const rows = [...keysOf(schema, name)].map(
      (row) =>
        `| \`${row.path}\` | ${cell(expectation(row.schema))} | ${row.required ? 'required' : byDefault(row.schema)} | ${cell(row.schema.description ?? '')} |`,
    )
    const table = rows.length > 0 ? `\n| Key | Value | Default | |\n|---|---|---|---|\n${rows.join('\n')}\n` : ''
    return `## \`${name}\`\n\n${wrapProse(schema.description!)}\n\n${summary(schema)}\n${table}`
  })
  return `${INTRO}\n${sections.join('\n')}`
}

function summary(schema: SchemaNode): string {
  const value = byDefault(schema)
  return value === '' ? `${capital(expectation(schema))}.` : `${capital(expectation(schema))}. Default: ${value}.`
}

/** Sections default to all their keys' defaults, which says nothing. */
function byDefault({ default: value }: SchemaNode): string {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return ''
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
