/**
 * What a hub is worth: simulated worlds of so many sites at work, and new ones that start hours later; each site alone,
 * with the hub's map, with map and incidents, with the hub's own probes, and as one company's routers on a private hub,
 * over the same arrivals. Member and hub are the real code on a virtual clock (hub-sharing.ts).
 *
 * Run: npx node -C source benchmarks/federation/sites.ts [--sites 5,8,20] [--traffic thin,mixed] [--probes 30m]
 *   [--private] [--k 5] [--seed N] [--worlds N] [--minutes N] [--hours 8] [--kinds equal,storm]
 *   [--variants 'alone,map'] [--ceiling] [--runs FILE] [--part 1/2]
 *
 * `--ceiling`: also a map that no hub can be (perfect-map.ts), so that it is known what there is to gain.
 * Without `--sites`, `--traffic` and `--kinds` it plays what docs/benchmarks.md publishes; with one of them, of the
 * others 5,8,20,40, thin,mixed and equal,storm. With `--minutes` no world is begun after that: worlds come in turns, so
 * that each case has got about as many. With `--runs` each world's runs are kept there as they end and not played again,
 * and the table is of all of them: it may be made in several sittings, and by processes at once that play a part each.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { parseDuration } from '../../src/base/units.ts'
import { loadStrategies } from '../../src/replay/strategies.ts'
import { runWorld } from '../../src/replay/world/run-world.ts'
import { WorldScore } from '../../src/replay/world/score.ts'
import { startProgress } from '../../src/terminal/progress.ts'
import { KINDS, type Kind } from '../worlds/profiles.ts'
import { HubSharing } from './hub-sharing.ts'
import { NewcomerScore } from './newcomer-score.ts'
import { type Run, rowOf } from './site-rows.ts'
import { SiteRuns } from './site-runs.ts'
import { type Variant, variantsOf } from './site-variants.ts'
import { newSites, RATES, type SiteCase, type SiteWorld, type Traffic, worldOf } from './site-worlds.ts'

const { values } = parseArgs({
  options: {
    sites: { type: 'string' },
    traffic: { type: 'string' },
    probes: { type: 'string' },
    private: { type: 'boolean', default: false },
    ceiling: { type: 'boolean', default: false },
    k: { type: 'string', default: '5' },
    seed: { type: 'string' },
    worlds: { type: 'string' },
    minutes: { type: 'string' },
    variants: { type: 'string' },
    runs: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    hours: { type: 'string', default: '8' },
    kinds: { type: 'string' },
    out: { type: 'string', default: new URL('../results/federation.json', import.meta.url).pathname },
  },
})
const hours = Number(values.hours)
const first = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const kinds = (values.kinds ?? 'equal,storm').split(',').filter((kind): kind is Kind => Object.hasOwn(KINDS, kind))
const traffics = (values.traffic ?? 'thin,mixed')
  .split(',')
  .filter((name): name is Traffic => Object.hasOwn(RATES, name))

/** About as many new sites in all, whatever the number of sites; and worlds enough to draw from them again. */
const STARTS = 64
const MIN_WORLDS = 8
const worldsFor = (sites: number) =>
  values.worlds === undefined ? Math.max(MIN_WORLDS, Math.round(STARTS / newSites(sites))) : Number(values.worlds)

const strategies = await loadStrategies(['adaptive', 'litellm-latency'], process.cwd())
const variants = variantsOf({
  probeMinutes: values.probes === undefined ? undefined : parseDuration(values.probes)! / 60_000,
  private: values.private,
  ceiling: values.ceiling,
  k: Number(values.k),
}).filter(({ name }) => values.variants === undefined || values.variants.split(/,(?! )/).includes(name))
const PUBLISHED: readonly { readonly kind: Kind; readonly sites: number; readonly traffic: Traffic }[] = [
  ...[5, 8, 20, 40].map((sites) => ({ kind: 'equal', sites, traffic: 'thin' }) as const),
  { kind: 'equal', sites: 20, traffic: 'mixed' },
  { kind: 'storm', sites: 20, traffic: 'mixed' },
]
const cases =
  (values.sites ?? values.traffic ?? values.kinds) === undefined
    ? PUBLISHED
    : kinds.flatMap((kind) =>
        (values.sites ?? '5,8,20,40')
          .split(',')
          .flatMap((text) => traffics.map((traffic) => ({ kind, sites: Number(text), traffic }))),
      )
const [part, parts] = values.part.split('/').map(Number) as [number, number]
const worlds = cases
  .flatMap((of) => Array.from({ length: worldsFor(of.sites) }, (_, at) => ({ ...of, seed: first + at })))
  .sort((a, b) => a.seed - b.seed)
  .filter(({ seed }, at) => (at + seed) % parts === part - 1)
const endsAt = performance.now() + 60_000 * Number(values.minutes ?? Number.POSITIVE_INFINITY)
const progress = startProgress(worlds.length * variants.length, 'Worlds', process.stderr)
const names = variants.map(({ name }) => name)
const terms = { hours, k: Number(values.k), probes: values.probes ?? null }
const runs = new SiteRuns(values.runs, terms)
for (const of of worlds) {
  if (performance.now() > endsAt) break
  if (!runs.has(of, names)) runs.add(await playAll(of))
  write()
}
progress.stop()
const rows = write()
const digits = (value: number | string | null) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value
console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, digits(value)]))))

/** The table so far. */
function write() {
  const done = runs.whole(names)
  const rows = cases
    .filter((of) =>
      done.some(({ kind, sites, traffic }) => kind === of.kind && sites === of.sites && traffic === of.traffic),
    )
    .flatMap((of) => names.map((name) => rowOf(of, name, done)))
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    hours,
    first_seed: String(first),
    worlds: done.length / variants.length,
    k: terms.k,
    probes: terms.probes,
  }
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
  writeFileSync(values.out, `${JSON.stringify({ facts, rows }, null, 2)}\n`)
  return rows
}

/** All variants over the same arrivals. */
async function playAll(of: SiteCase): Promise<Run[]> {
  const played = worldOf(of, hours)
  const all: Run[] = []
  for (const variant of variants) {
    all.push(await play(variant, played, of))
    progress.step(`${of.kind}, ${of.sites} sites, ${of.traffic}, ${of.seed}: ${variant.name}`)
  }
  return all
}

async function play(
  variant: Variant,
  { world, sites, endpoints, arrivals }: SiteWorld,
  { kind, sites: count, traffic, seed }: SiteCase,
): Promise<Run> {
  const score = new WorldScore(world)
  const newcomers = new NewcomerScore(world)
  const isNew = new Set(sites.flatMap(({ from }, at) => (from > 0 ? [world.sites[at]!.id] : [])))
  const sharing = variant.sharing(world, endpoints)
  await runWorld({
    world,
    arrivals: ({ id }) => [arrivals.get(id)!],
    strategy: strategies.find(({ name }) => name === variant.strategy)!,
    seed,
    map: sharing ?? false,
    onServed: (site, served) => {
      score.add(site, served)
      if (isNew.has(site.id)) newcomers.add(site, served)
    },
  })
  const { mean_loss, failed } = score.result(variant.name)
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
    coverage: sharing instanceof HubSharing ? sharing.coverage : undefined,
  }
}
