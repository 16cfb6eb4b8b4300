/**
 * How well strategies route: on a panel of measurements, and in simulated worlds with fresh seeds. Prints every table
 * and the goals, and writes benchmarks/results/routing.json, from which scripts/generate-benchmarks.ts makes the
 * documentation.
 *
 * Run: npx node -C source benchmarks/routing/run.ts [--panel FILE] [--seeds 50] [--worlds 4] [--hours 24] [--seed N]
 * [--kinds equal,prices,storm,busy]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startProgress } from '../../src/terminal/progress.ts'
import { KINDS, type Kind } from '../worlds/profiles.ts'
import { type Bar, newcomerBar, panelBars, worldBars } from './bars.ts'
import { newcomerFigures, STARTING_HOURS, STARTING_SITES } from './newcomers.ts'
import { panelOutcomes } from './panel.ts'
import { barTable, panelTables, type Table, worldTables } from './tables.ts'
import { worldOutcomes } from './worlds.ts'

const { values } = parseArgs({
  options: {
    panel: { type: 'string' },
    seeds: { type: 'string', default: '50' },
    worlds: { type: 'string', default: '4' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string' },
    kinds: { type: 'string', default: Object.keys(KINDS).join(',') },
    out: { type: 'string', default: new URL('../results/routing.json', import.meta.url).pathname },
  },
})
const STRATEGIES = ['adaptive', 'litellm-latency', 'latency', 'peak-ewma', 'price', 'least-busy', 'round-robin']
/** Outages of busy sites are what tells how soon an endpoint is back; three worlds have ten of them. */
const BUSY_WORLDS = 6
/** Whom an hour of many requests is worth playing with. */
const BUSY_STRATEGIES = ['adaptive', 'litellm-latency', 'latency']
const hours = Number(values.hours)
const kinds = values.kinds.split(',').filter((kind): kind is Kind => Object.hasOwn(KINDS, kind))
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const seeds = Array.from({ length: Number(values.worlds) }, (_, at) => first + at)
const mapped = ['adaptive']

const bars: Bar[] = []
const tables: Table[] = []
if (values.panel === undefined)
  console.error('SKIPPED: the panel. Give --panel FILE with the measurements (see docs/replay.md for its columns).')
else {
  const outcomes = await panelOutcomes(values.panel, [...STRATEGIES, 'throughput'], Number(values.seeds))
  bars.push(...panelBars(outcomes))
  tables.push(...panelTables(outcomes))
}
const busySeeds = Array.from({ length: BUSY_WORLDS * seeds.length }, (_, at) => first + at)
const plansOf = (kind: Kind) =>
  kind === 'busy'
    ? { seeds: busySeeds, hours: hours / 4, alone: BUSY_STRATEGIES, mapped: [] }
    : { seeds, hours, alone: STRATEGIES, mapped }
const stepsOf = ({ seeds, alone, mapped }: ReturnType<typeof plansOf>) => seeds.length * (alone.length + mapped.length)
const steps = 2 * seeds.length + kinds.reduce((sum, kind) => sum + stepsOf(plansOf(kind)), 0)
const progress = startProgress(steps, 'Worlds', process.stderr)
const outcomes = []
for (const kind of kinds) {
  outcomes.push(...(await worldOutcomes({ kind, ...plansOf(kind), onProgress: (text) => progress.step(text) })))
}
if (kinds.includes('equal')) {
  const run = { kind: 'equal', seeds, hours: STARTING_HOURS, sites: STARTING_SITES, alone: mapped, mapped } as const
  bars.push(
    newcomerBar(
      newcomerFigures(await worldOutcomes({ ...run, onProgress: (text) => progress.step(`new sites: ${text}`) })),
    ),
  )
}
progress.stop()
if (outcomes.length > 0) bars.push(...worldBars(outcomes))
tables.push(...worldTables(outcomes))

const all = [barTable(bars), ...tables]
for (const { title, note, columns, rows } of all) {
  console.log(`\n${title}`)
  console.table(rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at] || ' ', cell]))))
  if (note) console.log(note)
}
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  panel_seeds: values.panel === undefined ? 0 : Number(values.seeds),
  world_seeds: seeds.join(', '),
  world_hours: hours,
}
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
writeFileSync(values.out, `${JSON.stringify({ facts, bars, tables: all }, null, 2)}\n`)
