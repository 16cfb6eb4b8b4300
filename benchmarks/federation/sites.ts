/**
 * What a hub is worth: simulated worlds of so many sites at work, and new ones that start hours later; each site alone,
 * with the hub's map, with map and incidents, with the hub's own probes, and as one company's routers on a private hub,
 * over the same arrivals. Member and hub are the real code on a virtual clock (hub-sharing.ts).
 *
 * Run: npx node -C source benchmarks/federation/sites.ts [--sites 5,8,20] [--traffic thin,mixed] [--probes 30m]
 *   [--private] [--k 5] [--seed N] [--worlds N] [--minutes N] [--hours 8] [--kinds equal,storm]
 *   [--variants 'alone,map']
 *
 * With `--minutes` no world is begun after that: worlds come in turns, so that each case has got about as many.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { parseDuration } from '../../src/base/units.ts'
import { loadStrategies } from '../../src/replay/strategies.ts'
import { parseArrival } from '../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../src/replay/world/read-world.ts'
import { runWorld } from '../../src/replay/world/run-world.ts'
import { WorldScore } from '../../src/replay/world/score.ts'
import type { Arrival, World } from '../../src/replay/world/types.ts'
import { startProgress } from '../../src/terminal/progress.ts'
import { Chance } from '../worlds/chance.ts'
import { KINDS, type Kind, type Site } from '../worlds/profiles.ts'
import { type SimulatedArrival, type Simulation, simulate } from '../worlds/simulate.ts'
import { NewcomerScore } from './newcomer-score.ts'
import { type Case, type Run, rowOf } from './site-rows.ts'
import { type Variant, variantsOf } from './site-variants.ts'

/** Requests per hour, drawn evenly on the logarithm. */
const RATES = { busy: [60, 600], mixed: [5, 400], thin: [5, 40] } as const
type Traffic = keyof typeof RATES

const { values } = parseArgs({
  options: {
    sites: { type: 'string', default: '5,8,20,40' },
    traffic: { type: 'string', default: 'thin,mixed' },
    probes: { type: 'string' },
    private: { type: 'boolean', default: false },
    k: { type: 'string', default: '5' },
    seed: { type: 'string' },
    worlds: { type: 'string' },
    minutes: { type: 'string' },
    variants: { type: 'string' },
    hours: { type: 'string', default: '8' },
    kinds: { type: 'string', default: 'equal,storm' },
    out: { type: 'string', default: new URL('../results/federation.json', import.meta.url).pathname },
  },
})
const hours = Number(values.hours)
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const kinds = values.kinds.split(',').filter((kind): kind is Kind => Object.hasOwn(KINDS, kind))
const traffics = values.traffic.split(',').filter((name): name is Traffic => Object.hasOwn(RATES, name))

/** New sites come to those at work: one for each four, and one for each of the two models at least. */
const newSites = (sites: number) => 2 * Math.max(1, Math.round(sites / 8))
/** About as many new sites in all, whatever the number of sites; and worlds enough to draw from them again. */
const STARTS = 64
const MIN_WORLDS = 8
const worldsFor = (sites: number) =>
  values.worlds === undefined ? Math.max(MIN_WORLDS, Math.round(STARTS / newSites(sites))) : Number(values.worlds)

const strategies = await loadStrategies(['adaptive', 'litellm-latency'], process.cwd())
const variants = variantsOf({
  probeMinutes: values.probes === undefined ? undefined : parseDuration(values.probes)! / 60_000,
  private: values.private,
  k: Number(values.k),
}).filter(({ name }) => values.variants === undefined || values.variants.split(/,(?! )/).includes(name))
const cases = kinds.flatMap((kind) =>
  values.sites.split(',').flatMap((text) => traffics.map((traffic) => ({ kind, sites: Number(text), traffic }))),
)
const worlds = cases
  .flatMap((of) => Array.from({ length: worldsFor(of.sites) }, (_, at) => ({ ...of, seed: first + at })))
  .sort((a, b) => a.seed - b.seed)
const endsAt = performance.now() + 60_000 * Number(values.minutes ?? Number.POSITIVE_INFINITY)
const progress = startProgress(worlds.length * variants.length, 'Worlds', process.stderr)
const runs: Run[] = []
for (const of of worlds) {
  if (performance.now() > endsAt) break
  const sites = sitesOf(of)
  const simulation = simulate(of.seed, of.kind, hours, sites)
  for (const variant of variants) {
    runs.push(await play(variant, simulation, sites, of))
    progress.step(`${of.kind}, ${of.sites} sites, ${of.traffic}, ${of.seed}: ${variant.name}`)
  }
}
progress.stop()

const rows = cases.flatMap((of) => variants.map(({ name }) => rowOf(of, name, runs)))
const digits = (value: number | string | null) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value
console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, digits(value)]))))
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  hours,
  first_seed: String(first),
  worlds: runs.length / variants.length,
  k: Number(values.k),
  probes: values.probes ?? null,
}
writeFileSync(values.out, `${JSON.stringify({ facts, rows }, null, 2)}\n`)

function sitesOf({ seed, sites, traffic }: Case & { readonly seed: number; readonly traffic: Traffic }): Site[] {
  const chance = new Chance(seed, 'rates', traffic)
  const [min, max] = RATES[traffic]
  return Array.from({ length: sites + newSites(sites) }, (_, at) => ({
    rate: Math.round(Math.exp(chance.between(Math.log(min), Math.log(max)))),
    from: at < sites ? 0 : chance.between(0.4, 0.7),
  }))
}

async function play(
  variant: Variant,
  simulation: Simulation,
  sites: readonly Site[],
  of: Case & { readonly seed: number },
): Promise<Run> {
  const world = parseWorld(simulation.world, `seed ${of.seed}`)
  const score = new WorldScore(world)
  const newcomers = new NewcomerScore(world)
  const isNew = new Set(sites.flatMap(({ from }, at) => (from > 0 ? [world.sites[at]!.id] : [])))
  const sharing = variant.sharing(world, simulation.endpoints)
  await runWorld({
    world,
    arrivals: ({ id }) => readOne(simulation.arrivals.get(id)!(), world, id),
    strategy: strategies.find(({ name }) => name === variant.strategy)!,
    seed: of.seed,
    map: sharing ?? false,
    onServed: (site, served) => {
      score.add(site, served)
      if (isNew.has(site.id)) newcomers.add(site, served)
    },
  })
  const { mean_loss, failed } = score.result(variant.name)
  const { kind, sites: count, traffic, seed } = of
  return {
    kind,
    sites: count,
    traffic,
    seed,
    variant: variant.name,
    regret: newcomers.result(),
    loss: mean_loss,
    failed,
    outages: score.outages(),
    coverage: sharing?.coverage,
  }
}

/** Through the reader of recorded worlds, one at a time, so that two hundred sites fit in memory. */
function* readOne(simulated: Iterable<SimulatedArrival>, world: World, site: string): Generator<readonly Arrival[]> {
  for (const arrival of simulated) yield [parseArrival(JSON.stringify(arrival), world, site)]
}
