/**
 * Tables for results of benchmarks that are published as plain objects: pivoted to what a reader compares, beside the
 * bars they have to meet.
 */

export interface Table {
  readonly title?: string
  readonly note?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

export type Row = Readonly<Record<string, unknown>>

export interface Rows {
  readonly rows?: readonly Row[]
}

export interface Poisoning {
  readonly figures?: readonly Row[]
  readonly regret?: readonly Row[]
  readonly incidents?: readonly Row[]
}

/** One table of all keys that the rows have, in the order in which they come. */
export function tableOfRows(rows: readonly Row[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return { columns, rows: rows.map((row) => columns.map((column) => row[column])) }
}

const verdict = (value: number, atMost: number) => (value <= atMost ? 'pass' : '**miss**')
type Goal = readonly [goal: string, measured: number, atMost: number]

const goals = (rows: readonly Goal[]): Table => ({
  title: 'Goals',
  columns: ['goal', 'measured', 'at most', ''],
  rows: rows.map(([goal, measured, atMost]) => [goal, measured, atMost, verdict(measured, atMost)]),
})

/** Seconds of a processor that a map may take at the most, by members. */
const MAP_SECONDS = [
  [1_000, 10],
  [10_000, 90],
] as const

/** A map within its time, smaller than a megabyte, beside a database in less than a gigabyte. */
export function aggregateTables({ rows = [] }: Rows): Table[] {
  const each = rows.flatMap((row) => {
    const of = `${row.database}, ${row.members} members`
    const seconds = MAP_SECONDS.find(([members]) => Number(row.members) <= members)?.[1] ?? Number.NaN
    const took = (which: string) => Number(row[`${which}_cpu_s`]) + Number(row[`${which}_database_cpu_s`])
    return [
      [`${of}: the first map, s of a processor`, took('first'), seconds] as const,
      [`${of}: a later map, s of a processor`, took('later'), seconds] as const,
      [`${of}: the map, bytes`, Number(row.map_bytes), 1_000_000] as const,
      // PGlite's is the database's, too.
      ...(row.database === 'postgres'
        ? [[`${of}: memory of the process, MB`, Number(row.peak_rss_mb), 1_000] as const]
        : []),
    ]
  })
  return [goals(each), { title: 'Figures', ...tableOfRows(rows) }]
}

/** A page in a tenth of a second, with less than 100 kB of script. */
export function pageTables({ rows = [] }: Rows): Table[] {
  const each = rows.flatMap((row) => [
    [`${row.page}: to draw it, ms of a processor`, Number(row.cpu_ms), 100] as const,
    ...(row.script_bytes === undefined
      ? []
      : [[`${row.page}: its script, bytes`, Number(row.script_bytes), 100_000] as const]),
  ])
  return [goals(each), { title: 'Figures', ...tableOfRows(rows) }]
}

/** A liar in each row, a crowd in each column; 10 % at most for 25 % liars, and a map better than none with 40 %. */
export function poisoningTables({ figures = [], regret = [], incidents = [] }: Poisoning): Table[] {
  const crowd = (row: Row) =>
    [
      `${row.members} members`,
      `tau ${row.tau}`,
      row.epochs === 1 ? 'first map' : `map ${row.epochs}`,
      ...(row.sybils ? [`${100 * Number(row.sybils)} % Sybils`, row.probes ? 'probes' : 'no probes'] : []),
    ].join(', ')
  const crowds = [...new Set(figures.map(crowd))]
  const of = (name: string) => figures.filter((row) => crowd(row) === name)
  const moved = crowds.map(
    (name) => [`25 % liars, ${name}: % that a figure moves`, Math.max(...of(name).map(largest)), 10] as const,
  )
  const worth = regret
    .filter(({ liars }) => liars === 0.4)
    .map(
      (row) =>
        [`40 % liars, ${row.objective}, ${row.members} members: regret, s`, Number(row.hub), Number(row.none)] as const,
    )
  const liars = [...new Set(figures.map(({ liar }) => liar))]
  const movedBy = liars.map((liar) => [liar, ...crowds.map((name) => shown(of(name).find((row) => row.liar === liar)))])
  return [
    goals([...moved, ...worth]),
    {
      title:
        'Largest movement of a published figure, in % (in brackets: % of the figures that moved by more than 10 %)',
      columns: ['25 % liars', ...crowds],
      rows: movedBy,
    },
    { title: 'Regret of a router that starts with the map, in seconds', ...tableOfRows(regret) },
    ...(incidents.length > 0
      ? [{ title: 'Keys that open a false incident (k 5), by who knows better', ...tableOfRows(incidents) }]
      : []),
  ]
}

const largest = (row: Row) => Number(row.largest_pct)
const shown = (row: Row | undefined) =>
  row && `${row.largest_pct}${Number(row.beyond_10_pct) > 0 ? ` (${row.beyond_10_pct})` : ''}`

/** The variant with all that a public hub can do. */
const ALL = 'map, probes and incidents'
/** First-20 regret over alone, at most: by sites and traffic, of a public hub and of a private one. */
const REGRET: Readonly<Record<string, number>> = {
  '5 sites, thin': 0.4,
  '8 sites, thin': 0.5,
  '20 sites, thin': 0.15,
  '20 sites, mixed': 0.1,
  '40 sites, thin': 0.1,
  '20 sites, busy': 0.13,
}
const PRIVATE_REGRET = 0.3
/** Loss of all sites over alone, and attempts until a dead endpoint is left in storms. */
const LOSS = 0.97
const LEAVING = 1.4
const LEAVING_BUSY = 2.4
/** So many of a world's endpoints may be unknown to the map after its first hour: with probes, and without. */
const UNKNOWN = { [ALL]: 1, map: 4 } as const
/** Where members are enough for a map without probes. */
const MAPPED = '20 sites, thin'
const PERFECT = 'perfect map'

/** What a hub is worth to a new site, and to all, for each number of sites and each traffic. */
export function federationTables({ rows = [] }: Rows): Table[] {
  const worlds = [...new Set(rows.map(({ kind, sites, traffic }) => `${kind}, ${sites} sites, ${traffic}`))]
  const each = worlds.flatMap((world): Goal[] => {
    const of = (variant: string) =>
      rows.find((row) => `${row.kind}, ${row.sites} sites, ${row.traffic}` === world && row.variant === variant)
    const [alone, map, both, all, circle] = ['alone', 'map', 'map and incidents', ALL, 'circle'].map(of)
    const best = all ?? both
    // Calm worlds have too few outages to judge one by, and in storms nobody's first requests are about the map.
    if (!world.startsWith('equal')) {
      const limit = world.endsWith('busy') ? LEAVING_BUSY : LEAVING
      const name = all ? ALL : 'map and incidents'
      return best ? [[`${world}: attempts until a dead endpoint is left, ${name}`, Number(best.leaving), limit]] : []
    }
    const limit = REGRET[world.slice(world.indexOf(' ') + 1)]
    const regret = (row: Row | undefined, name: string, bar: number | undefined): Goal[] =>
      row && alone && bar !== undefined
        ? [[`${world}: regret of the first 20, ${name} over alone`, over(row, alone), bar]]
        : []
    const loss = (row: Row | undefined, name: string): Goal[] =>
      row?.loss_over_alone === undefined
        ? []
        : [[`${world}: loss of all sites, ${name} over alone`, Number(row.loss_over_alone), LOSS]]
    const unknown = (row: Row | undefined, name: keyof typeof UNKNOWN): Goal[] =>
      typeof row?.covered_first_hour === 'number'
        ? [
            [
              `${world}: endpoints that the map does not hold after an hour, ${name}`,
              Number(row.endpoints) - row.covered_first_hour,
              UNKNOWN[name],
            ],
          ]
        : []
    return [
      ...(all ? regret(all, ALL, limit) : regret(map, 'map', limit)),
      ...loss(all, ALL),
      ...regret(circle, 'circle', world.startsWith('equal, 5 ') ? PRIVATE_REGRET : undefined),
      ...loss(circle, 'circle'),
      ...unknown(all, ALL),
      ...(world.endsWith(MAPPED) ? unknown(map, 'map') : []),
    ]
  })
  const gains = gainsOf(rows)
  return [goals(each), ...(gains.rows.length > 0 ? [gains] : []), { title: 'Figures', ...tableOfRows(rows) }]
}

/** What the loss of all sites changes by, beside what it would with a map that knows everything. */
function gainsOf(rows: readonly Row[]): Table {
  const perfect = rows.filter(({ variant }) => variant === PERFECT)
  return {
    title: 'What there is to gain: loss of all sites over alone, in % (95 % interval over worlds)',
    columns: ['', 'worlds', PERFECT, `${PERFECT}, believed`, ALL, 'circle'],
    rows: perfect.map(({ kind, sites, traffic, worlds }) => {
      const of = (variant: string) =>
        percentOf(
          rows.find(
            (row) => row.kind === kind && row.sites === sites && row.traffic === traffic && row.variant === variant,
          ),
        )
      const variants = [PERFECT, `${PERFECT}, believed`, ALL, 'circle']
      return [`${kind}, ${sites} sites, ${traffic}`, worlds, ...variants.map(of)]
    }),
  }
}

function percentOf(row: Row | undefined): string {
  const percent = (value: unknown) => (100 * (Number(value) - 1)).toFixed(1)
  if (row?.loss_over_alone === undefined) return ''
  const interval = typeof row.loss_low === 'number' ? ` [${percent(row.loss_low)}, ${percent(row.loss_high)}]` : ''
  return `${percent(row.loss_over_alone)}${interval}`
}

const over = (map: Row, alone: Row) => Number(map.first20) / Number(alone.first20)
