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

/** A map in ten seconds, smaller than a megabyte. */
export function aggregateTables({ rows = [] }: Rows): Table[] {
  const each = rows.flatMap((row) => [
    [`${row.database}: the first map, s`, Number(row.first_s), 10] as const,
    [`${row.database}: a later map, s`, Number(row.later_s), 10] as const,
    [`${row.database}: the map, bytes`, Number(row.map_bytes), 1_000_000] as const,
  ])
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
export function poisoningTables({ figures = [], regret = [] }: Poisoning): Table[] {
  const crowd = (row: Row) =>
    `${row.members} members, tau ${row.tau}, ${row.epochs === 1 ? 'first map' : `map ${row.epochs}`}`
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
  ]
}

const largest = (row: Row) => Number(row.largest_pct)
const shown = (row: Row | undefined) =>
  row && `${row.largest_pct}${Number(row.beyond_10_pct) > 0 ? ` (${row.beyond_10_pct})` : ''}`

/** What the map is worth to a new site, and incidents to all, for each number of sites and each traffic. */
export function federationTables({ rows = [] }: Rows): Table[] {
  const worlds = [...new Set(rows.map(({ kind, sites, traffic }) => `${kind}, ${sites} sites, ${traffic}`))]
  const each = worlds.flatMap((world): Goal[] => {
    const of = (variant: string) =>
      rows.find((row) => `${row.kind}, ${row.sites} sites, ${row.traffic}` === world && row.variant === variant)
    const [alone, map, both] = [of('alone'), of('map'), of('map and incidents')]
    // Calm worlds have too few outages to judge one by, and in storms nobody's first requests are about the map.
    if (world.startsWith('equal')) {
      return alone && map ? [[`${world}: regret of the first 20, map over alone`, over(map, alone), 0.13]] : []
    }
    return both
      ? [[`${world}: attempts until a dead endpoint is left, map and incidents`, Number(both.leaving), 2.4]]
      : []
  })
  return [goals(each), { title: 'Figures', ...tableOfRows(rows) }]
}

const over = (map: Row, alone: Row) => Number(map.first20) / Number(alone.first20)
