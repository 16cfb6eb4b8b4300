import { plural, printable } from '../../base/format/text.ts'
import type { Screen } from '../colour.ts'
import { table } from '../table.ts'

/** A service that the router knows by name; also the `--json` of `router providers`. */
export interface KnownProvider {
  readonly name: string
  readonly title: string
  readonly plugin: string
  /** With `${NAME}` where an account has an address of its own. */
  readonly base_url?: string
  /** Its public hosts, and the region of each; `-` for none. */
  readonly hosts: Readonly<Record<string, string>>
  /** Where it can be asked, in its own words; none: not known, or not chosen. */
  readonly regions: readonly string[]
  /** The variable that holds its key, or would; absent where there is no key. */
  readonly key_variable?: string
  /** All names that it may have. */
  readonly key_variables: readonly string[]
  /** How the key goes along; absent where there is none. */
  readonly auth?: string
  readonly key_set?: boolean
  readonly operations: readonly string[]
  /** By operation, best first. */
  readonly wires: Readonly<Partial<Record<string, readonly string[]>>>
  /** `null`: not known. */
  readonly data_policy: {
    readonly zdr: boolean | null
    readonly data_collection: 'allow' | 'deny' | null
    readonly region: string | null
    readonly source?: string
  }
  readonly notes: readonly string[]
  readonly sources: readonly string[]
  /** YAML. */
  readonly config: string
}

const COLUMNS = [
  { title: 'name', shrink: true },
  { title: 'key', shrink: true },
  { title: 'set' },
  { title: 'operations', shrink: true },
  { title: 'data' },
  { title: 'region' },
  { title: 'address', shrink: true },
]
const SOURCE = { title: 'source', shrink: true }
/** Columns of the screen from which on there is room for the source. */
const WIDE = 140

/** One a line, then what the words mean. */
export function providersView(providers: readonly KnownProvider[], screen: Screen): string {
  const wide = screen.width >= WIDE
  const rows = providers.map((each) => [
    each.name,
    each.key_variable ?? '-',
    each.key_set === undefined ? '-' : each.key_set ? 'yes' : 'no',
    each.operations.join(', ') || '-',
    policyWord(each),
    each.data_policy.region ?? '-',
    each.base_url ?? '-',
    ...(wide ? [each.sources[0] ?? '-'] : []),
  ])
  const set = providers.filter(({ key_set: found }) => found)
  const count = `${plural(providers.length, 'provider')}, ${set.length} with a key in the environment.`
  const words = 'data: zdr keeps nothing, deny keeps nothing to train on, allow may; -: not known.'
  const more = 'router providers NAME shows one whole, with lines for the configuration.'
  return `${table(wide ? [...COLUMNS, SOURCE] : COLUMNS, rows, screen)}\n\n${count}\n${screen.palette.dim(`${words}\n${more}`)}`
}

const policyWord = ({ data_policy: { zdr, data_collection: collection } }: KnownProvider): string =>
  zdr ? 'zdr' : (collection ?? '-')

/** One whole, with lines to paste. */
export function providerView(one: KnownProvider, { palette }: Screen): string {
  const { zdr, data_collection: collection, region, source } = one.data_policy
  const lines: [string, string][] = [
    ['address', one.base_url ?? UNKNOWN],
    ...regionsOf(one),
    ['key', keyOf(one)],
    ...(one.auth === undefined ? [] : [['sent as', one.auth] as [string, string]]),
    ...Object.entries(one.wires).map(([operation, wires = []]): [string, string] => [operation, wires.join(', ')]),
    ['zdr', zdr === null ? UNKNOWN : zdr ? 'yes: nothing is kept' : 'no: kept for a while'],
    ['data_collection', collection === null ? UNKNOWN : `${collection}: ${COLLECTION[collection]}`],
    ['region', region ?? UNKNOWN],
    ...(one.regions.length > 0 ? [['can be asked in', one.regions.join(', ')] as [string, string]] : []),
    ...(source === undefined ? [] : [['policy', source] as [string, string]]),
    ...one.sources.map((url, at): [string, string] => [at === 0 ? 'sources' : '', url]),
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return [
    `${palette.bold(one.title)}  ${palette.dim(one.name)}`,
    ...lines.map(([name, value]) => `  ${palette.dim(name.padEnd(width))}  ${printable(value)}`),
    ...(one.notes.length > 0 ? ['', ...one.notes.map(printable)] : []),
    '',
    palette.dim('# config.yaml'),
    one.config.trimEnd(),
  ].join('\n')
}

const UNKNOWN = 'not known'
const COLLECTION = { deny: 'nothing is kept to train on', allow: 'what is sent may be kept to train on' }

function keyOf({ key_variable: name, key_variables: names, key_set: isSet }: KnownProvider): string {
  if (name === undefined) return 'none'
  return isSet ? `${name} (set)` : `${names.join(' or ')} (not set)`
}

/** Hosts beside the usual one that stand for a region. */
const regionsOf = ({ hosts }: KnownProvider): [string, string][] =>
  Object.entries(hosts)
    .filter(([, region]) => region !== '-')
    .map(([host, region]) => [`in ${region}`, `https://${host}`])
