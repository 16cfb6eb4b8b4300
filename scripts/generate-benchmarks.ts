/**
 * Puts the figures of benchmarks/results/*.json into docs/benchmarks.md. A file `name.json` fills what is between `<!-- name:begin -->` and
 * `<!-- name:end -->`: its `facts` as a line, its `tables` (title, columns, rows, note) or else its `rows` (objects) as Markdown.
 *
 * Run: npm run docs, or npx node -C source scripts/generate-benchmarks.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RouterError } from '../src/errors.ts'

interface Table {
  readonly title?: string
  readonly note?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

interface Result {
  readonly facts?: Readonly<Record<string, unknown>>
  readonly tables?: readonly Table[]
  readonly rows?: readonly Readonly<Record<string, unknown>>[]
}

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value)
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`

function tableOf({ title, note, columns, rows }: Table): string {
  const head = [line(columns), `|${columns.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`]
  return [title && `### ${title}\n`, [...head, ...rows.map(line)].join('\n'), note && `\n${note}`].filter(Boolean).join('\n')
}

/** One table of all keys that the rows have, in the order in which they come. */
function tableOfRows(rows: readonly Readonly<Record<string, unknown>>[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return { columns, rows: rows.map((row) => columns.map((column) => row[column])) }
}

/** A result as Markdown. */
export function sectionOf({ facts, tables, rows, ...rest }: Result): string {
  const told = Object.entries(facts ?? rest).filter(([, value]) => typeof value !== 'object' && value !== undefined)
  const shown = tables ?? (rows ? [tableOfRows(rows)] : [])
  return [told.map(([key, value]) => `${key.replaceAll('_', ' ')}: ${cell(value)}`).join('; '), ...shown.map(tableOf)]
    .filter(Boolean)
    .join('\n\n')
}

/** The document with the section `name` replaced. Throws when its markers are missing. */
export function withSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new RouterError('ROUTER_USAGE', { reason: `docs/benchmarks.md has no ${begin} with ${end} after it.` })
  return `${document.slice(0, from + begin.length)}\n\n${section}\n\n${document.slice(to)}`
}

function main(): void {
  const results = fileURLToPath(new URL('../benchmarks/results/', import.meta.url))
  const path = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
  let document = readFileSync(path, 'utf8')
  for (const file of readdirSync(results).filter((name) => name.endsWith('.json'))) {
    const result = JSON.parse(readFileSync(`${results}${file}`, 'utf8')) as Result
    document = withSection(document, basename(file, '.json'), sectionOf(result))
  }
  writeFileSync(path, document)
}

if (import.meta.main) main()
