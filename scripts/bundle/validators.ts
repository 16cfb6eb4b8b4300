import standalone from 'ajv/dist/standalone/index.js'
import type { Plugin } from 'rolldown'
import { configSchema } from '../../src/config/schema/index.ts'
import { configAjv } from '../../src/config/validator.ts'
import { BUILT_IN } from '../../src/plugins/built-in.ts'
import { generatingAjv } from '../../src/plugins/options-ajv.ts'

// A CommonJS module whose types describe its `default`.
const standaloneCode = standalone.default

/** Puts code in the place of modules that compile schemas: a start then compiles none, and loads no ajv. */
export const prebuiltValidators = (): Plugin => ({
  name: 'prebuilt-validators',
  load: {
    filter: { id: /src\/(?:config\/validator|plugins\/prebuilt)\.ts$/ },
    handler: async (id) => ({
      code: await (id.endsWith('validator.ts') ? configCode() : optionsCode()),
      moduleType: 'js',
    }),
  },
})

function configCode(): string {
  const ajv = configAjv(true)
  const code = standaloneCode(ajv, ajv.compile(configSchema))
  return `import { LIMITS } from './limits.ts'\n${code}\nexport const configValidator = () => validate`
}

/** One module for all: they share what they call. */
async function optionsCode(): Promise<string> {
  const ajv = generatingAjv(true)
  const loads = Object.values(BUILT_IN).flatMap((kind) => Object.values(kind))
  const plugins = await Promise.all(loads.map(async (load) => (await load()).default as { schema: object }))
  const texts = plugins.map(({ schema: { $id, ...schema } }: { schema: { $id?: string } }) => JSON.stringify(schema))
  const names = new Map([...new Set(texts)].map((text, at) => [text, `options${at}`]))
  for (const [text, name] of names) ajv.addSchema(JSON.parse(text), name)
  const code = standaloneCode(ajv, Object.fromEntries([...names.values()].map((name) => [name, name])))
  const pairs = [...names].map(([text, name]) => `[${JSON.stringify(text)}, ${name}]`)
  return `${code}\nexport const PREBUILT = new Map([${pairs.join(', ')}])`
}
