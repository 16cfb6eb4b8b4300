/**
 * What a hub is worth: simulated worlds of 20 and of 200 sites, some of which start when the others have been at work
 * for hours; each site alone, with the hub's map, and with map and incidents, over the same arrivals. Member and hub
 * are the real code on a virtual clock (hub-sharing.ts).
 *
 * Run: npx node -C source benchmarks/federation/sites.ts [--sites 20,200] [--seed N] [--hours 8] [--kinds equal,storm]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadStrategies } from '../../src/replay/strategies.ts'
import { type OutageEffect, summarizeOutages } from '../../src/replay/world/outage-log.ts'
import { parseArrival } from '../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../src/replay/world/read-world.ts'
import { runWorld, type Sharing } from '../../src/replay/world/run-world.ts'
import { WorldScore } from '../../src/replay/world/score.ts'
import type { Arrival, World } from '../../src/replay/world/types.ts'
import { startProgress } from '../../src/terminal/progress.ts'
import { Chance } from '../worlds/chance.ts'
import { KINDS, type Kind, type Site } from '../worlds/profiles.ts'
import { type SimulatedArrival, simulate } from '../worlds/simulate.ts'
import { HubSharing } from './hub-sharing.ts'
import { NewcomerScore, type Regret } from './newcomer-score.ts'

const { values } = parseArgs({
  options: {
    sites: { type: 'string', default: '20,200' },
    seed: { type: 'string' },
    hours: { type: 'string', default: '8' },
    kinds: { type: 'string', default: 'equal,storm' },
    out: { type: 'string', default: new URL('../results/federation.json', import.meta.url).pathname },
  },
})
const hours = Number(values.hours)
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const kinds = values.kinds.split(',').filter((kind): kind is Kind => Object.hasOwn(KINDS, kind))
/** Fewer worlds of many sites: about as many new sites in all. */
const seedsFor = (sites: number) => Array.from({ length: Math.max(1, Math.round(80 / sites)) }, (_, at) => first + at)

/** Requests per hour, drawn evenly on the logarithm. */
const RATES = { busy: [60, 600], mixed: [5, 400], thin: [5, 40] } as const
type Traffic = keyof typeof RATES
/** A quarter of the sites is new. */
const NEW_EVERY = 4

const VARIANTS = {
  'latency only (litellm-latency)': { strategy: 'litellm-latency', sharing: () => undefined },
  alone: { strategy: 'adaptive', sharing: () => undefined },
  'map, without noise': {
    strategy: 'adaptive',
    sharing: (world: World) => new HubSharing(world, { map: true, noise: false, incidents: false }),
  },
  map: {
    strategy: 'adaptive',
    sharing: (world: World) => new HubSharing(world, { map: true, noise: true, incidents: false }),
  },
  'map and incidents': {
    strategy: 'adaptive',
    sharing: (world: World) => new HubSharing(world, { map: true, noise: true, incidents: true }),
  },
} as const satisfies Record<string, { strategy: string; sharing: (world: World) => Sharing | undefined }>
type Variant = keyof typeof VARIANTS

interface Case {
  readonly kind: Kind
  readonly sites: number
  readonly traffic: Traffic
  readonly seed: number
}

interface Run extends Case {
  readonly variant: Variant
  readonly regret: Regret
  readonly loss: number
  readonly failed: number
  readonly outages: readonly OutageEffect[]
}

const strategies = await loadStrategies(['adaptive', 'litellm-latency'], process.cwd())
const traffics = Object.keys(RATES) as Traffic[]
const variants = Object.keys(VARIANTS) as Variant[]
const cases = kinds.flatMap((kind) =>
  values.sites.split(',').flatMap((text) => traffics.map((traffic) => ({ kind, sites: Number(text), traffic }))),
)
const worlds = cases.flatMap((of) => seedsFor(of.sites).map((seed) => ({ ...of, seed })))
const progress = startProgress(worlds.length * variants.length, 'Worlds', process.stderr)
const runs: Run[] = []
for (const of of worlds) {
  const simulation = simulate(of.seed, of.kind, hours, sitesOf(of))
  const world = parseWorld(simulation.world, `seed ${of.seed}`)
  for (const variant of variants) {
    runs.push(await play(variant, world, simulation.arrivals, of))
    progress.step(`${of.kind}, ${of.sites} sites, ${of.traffic}, ${of.seed}: ${variant}`)
  }
}
progress.stop()

const rows = cases.flatMap((of) => variants.map((variant) => rowOf(of, variant)))
const digits = (value: number | string) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value
console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, digits(value)]))))
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  hours,
  first_seed: String(first),
  worlds: worlds.length,
}
writeFileSync(values.out, `${JSON.stringify({ facts, rows }, null, 2)}\n`)

/** One line of the table: means over new sites, and over outages that mattered to a site. */
function rowOf({ kind, sites, traffic }: (typeof cases)[number], variant: Variant) {
  const own = runs.filter(
    (run) => run.kind === kind && run.sites === sites && run.traffic === traffic && run.variant === variant,
  )
  const starts = own.reduce((sum, { regret }) => sum + regret.starts, 0)
  const over = (pick: (run: Run) => number) => own.reduce((sum, run) => sum + pick(run) * run.regret.starts, 0) / starts
  const outages = summarizeOutages(own.flatMap((run) => run.outages))
  return {
    kind,
    sites,
    traffic,
    variant,
    starts,
    first5: over(({ regret }) => regret.first5),
    first20: over(({ regret }) => regret.first20),
    total: over(({ regret }) => regret.total),
    loss: over(({ loss }) => loss),
    failed: over(({ failed }) => failed),
    outages: outages.outages,
    leaving: outages.leaving_mean,
    leaving_p95: outages.leaving_p95,
    wasted: outages.wasted_mean,
  }
}

function sitesOf({ seed, sites: count, traffic }: Omit<Case, 'kind'>): Site[] {
  const chance = new Chance(seed, 'rates', traffic)
  const [min, max] = RATES[traffic]
  return Array.from({ length: count }, (_, at) => ({
    rate: Math.round(Math.exp(chance.between(Math.log(min), Math.log(max)))),
    from: at % NEW_EVERY === 1 ? chance.between(0.4, 0.7) : 0,
  }))
}

async function play(
  variant: Variant,
  world: World,
  arrivals: ReadonlyMap<string, () => Iterable<SimulatedArrival>>,
  of: Case,
): Promise<Run> {
  const { strategy, sharing } = VARIANTS[variant]
  const score = new WorldScore(world)
  const newcomers = new NewcomerScore(world)
  const isNew = new Set(sitesOf(of).flatMap(({ from }, at) => (from > 0 ? [world.sites[at]!.id] : [])))
  await runWorld({
    world,
    arrivals: ({ id }) => readOne(arrivals.get(id)!(), world, id),
    strategy: strategies.find(({ name }) => name === strategy)!,
    seed: of.seed,
    map: sharing(world) ?? false,
    onServed: (site, served) => {
      score.add(site, served)
      if (isNew.has(site.id)) newcomers.add(site, served)
    },
  })
  const { mean_loss, failed } = score.result(variant)
  return { ...of, variant, regret: newcomers.result(), loss: mean_loss, failed, outages: score.outages() }
}

/** Through the reader of recorded worlds, one at a time, so that two hundred sites fit in memory. */
function* readOne(simulated: Iterable<SimulatedArrival>, world: World, site: string): Generator<readonly Arrival[]> {
  for (const arrival of simulated) yield [parseArrival(JSON.stringify(arrival), world, site)]
}
