/**
 * Puts the figures of benchmarks/results/*.json into docs/benchmarks.md. A file `name.json` fills what is between
 * `<!-- name:begin -->` and `<!-- name:end -->`: its `facts` as a line, its `tables` (title, columns, rows, note) or
 * else its `rows` (objects) as Markdown, or what benchmark-tables.ts makes of it. Markers whose file is not there say
 * so.
 *
 * Run: npm run docs
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RouterError } from '../src/base/errors.ts'
import {
  aggregateTables,
  federationTables,
  type Poisoning,
  pageTables,
  poisoningTables,
  type Row,
  type Rows,
  type Table,
  tableOfRows,
} from './benchmark-tables.ts'

interface Result extends Rows, Poisoning {
  readonly facts?: Row
  readonly tables?: readonly Table[]
}

/** Tables of results that are more than rows to print, by the file's name. */
const TABLES: Readonly<Record<string, (result: Result) => readonly Table[]>> = {
  aggregate: aggregateTables,
  federation: federationTables,
  page: pageTables,
  poisoning: poisoningTables,
}

const RESULTS = fileURLToPath(new URL('../benchmarks/results/', import.meta.url))
const NOT_MEASURED = 'No figures are published yet: run the command above.'

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value)
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`

function tableOf({ title, note, columns, rows }: Table): string {
  const head = [line(columns), `|${columns.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`]
  return [title && `### ${title}\n`, [...head, ...rows.map(line)].join('\n'), note && `\n${note}`]
    .filter(Boolean)
    .join('\n')
}

/** A result as Markdown. */
export function sectionOf({ facts, tables, rows, ...rest }: Result): string {
  const shownFacts = Object.entries(facts ?? rest).filter(
    ([, value]) => typeof value !== 'object' && value !== undefined,
  )
  const shown = tables ?? (rows ? [tableOfRows(rows)] : [])
  return [
    shownFacts.map(([key, value]) => `${key.replaceAll('_', ' ')}: ${cell(value)}`).join('; '),
    ...shown.map(tableOf),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** The document with all sections made from `results` (by name). Throws when a result has no markers. */
export function withSections(document: string, results: ReadonlyMap<string, Result>): string {
  const marked = [...document.matchAll(/<!-- ([\w-]+):begin -->/g)].map(([, name]) => name!)
  return [...new Set([...marked, ...results.keys()])].reduce((text, name) => {
    const result = results.get(name)
    if (!result) return withSection(text, name, NOT_MEASURED)
    const tables = TABLES[name]?.(result)
    return withSection(text, name, sectionOf(tables ? { facts: result.facts ?? {}, tables } : result))
  }, document)
}

/** benchmarks/results/*.json by name. */
export function readResults(): Map<string, Result> {
  const files = readdirSync(RESULTS).filter((name) => name.endsWith('.json'))
  return new Map(
    files
      .sort()
      .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(`${RESULTS}${file}`, 'utf8')) as Result]),
  )
}

/** The document with the section `name` replaced. Throws when its markers are missing, or there twice. */
export function withSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from)
    throw new RouterError('ROUTER_USAGE', { reason: `The document has no ${begin} with ${end} after it.` })
  if (document.includes(begin, to))
    throw new RouterError('ROUTER_USAGE', { reason: `The document has ${begin} twice.` })
  return `${document.slice(0, from + begin.length)}\n\n${section}\n\n${document.slice(to)}`
}
