/**
 * What a second worker adds: a router with `server.workers` beside one of a single process, in turns. What it costs to
 * run several processes at all, whatever they are, is measured in the same rounds: as many routers apart, each with a
 * port of its own, and as many bare proxies. Only what workers cost beyond those is the price of sharing.
 *
 * With four cores or more, the load and the upstream have cores of their own, and so has each worker: then requests per
 * second say how much a second worker adds. With fewer they take what it would use, and only processor time says
 * something: of a request, where nobody has a core of their own, and where all processes of a router share one core and
 * load and upstream the other. Build first.
 *
 * Run: npm run bench:overhead:workers [-- --rounds 15] [--workers 2]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { quantile, run } from './load.ts'
import type { Cores } from './target.ts'
import { canPin, cpuMs, cpuMsOfTree, startTargets, switchesOfTree } from './targets.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, workers: { type: 'string', default: '2' } },
})
const ROUNDS = Number(values.rounds)
const WORKERS = Number(values.workers)
const SECONDS = 2
const CONCURRENCY = 128
/** Of what as many routers would do. */
const MIN_SHARE = 0.9
/** Of the processor time of a request of one process. */
const MAX_COST = Math.round(100 / MIN_SHARE) / 100

const single = { strategy: 'adaptive' }
const apart = Array.from({ length: WORKERS - 1 }, (_, n) => `router ${n + 2}`)
const ROUTERS = {
  one: single,
  workers: { strategy: 'adaptive', workers: WORKERS },
  ...Object.fromEntries(apart.map((name) => [name, single])),
}
const bares = Array.from({ length: WORKERS }, (_, n) => (n === 0 ? 'bare proxy' : `bare proxy ${n + 1}`))
/** Who shares the load. */
const SIDES = {
  'bare proxy': ['bare proxy'],
  'bare proxies': bares,
  one: ['one'],
  apart: ['one', ...apart],
  workers: ['workers'],
}
type Side = keyof typeof SIDES
const NAMES = Object.keys(SIDES) as Side[]

interface Rate {
  readonly perSecond: number
  /** Processor time of a request: of all processes, and of those that were started. */
  readonly cpuUs: number
  readonly firstUs: number
  /** Of all main threads, a request. */
  readonly switches: number
}
type Round = Readonly<Record<Side, Rate>>

/** `routers`, then the cores of load and upstream. */
function coresFor(count: number): Cores | false {
  const all = cpus().length
  if (all < count + 2) return false
  return { proxies: `0-${count - 1}`, load: `${all - 2}-${all - 1}` }
}

async function measure(pin: Cores | false): Promise<Round[]> {
  const targets = await startTargets(ROUTERS, { pin, bareProxies: WORKERS })
  const rate = async (side: Side): Promise<Rate> => {
    const asked = SIDES[side].map((name) => targets.list.find((target) => target.name === name)!)
    const sum = (of: (pid: number) => number) => asked.reduce((all, { pid }) => all + of(pid!), 0)
    const used = () => [sum(cpuMsOfTree), sum(cpuMs), sum(switchesOfTree)] as const
    const before = used()
    const concurrency = CONCURRENCY / asked.length
    const results = await Promise.all(
      asked.map(({ port }) => run({ port, concurrency, stream: false, seconds: SECONDS })),
    )
    const after = used()
    const perSecond = results.reduce((all, { requestsPerSecond }) => all + requestsPerSecond, 0)
    const each = (at: 0 | 1 | 2) => (after[at] - before[at]) / (perSecond * SECONDS)
    return {
      perSecond: results.every(({ errors }) => errors === 0) ? perSecond : Number.NaN,
      cpuUs: 1000 * each(0),
      firstUs: 1000 * each(1),
      switches: each(2),
    }
  }
  const rounds: Round[] = []
  try {
    // The first round warms up and does not count; every other one goes the other way round.
    for (let round = 0; round <= ROUNDS; round++) {
      const rates: [Side, Rate][] = []
      for (const side of round % 2 === 0 ? NAMES : NAMES.toReversed()) rates.push([side, await rate(side)])
      if (round > 0) rounds.push(Object.fromEntries(rates) as Record<Side, Rate>)
    }
  } finally {
    await targets.stop()
  }
  return rounds
}

const median = (rounds: readonly Round[], of: (round: Round) => number) => quantile(rounds.map(of), 0.5)
const quartiles = (rounds: readonly Round[], of: (round: Round) => number) =>
  [0.25, 0.75].map((share) => quantile(rounds.map(of), share).toFixed(2)).join(' to ')

/** Several of a kind, and the one that they are compared with. */
const PAIRS: readonly [several: Side, one: Side][] = [
  ['bare proxies', 'bare proxy'],
  ['apart', 'one'],
  ['workers', 'one'],
]
const TITLES: Readonly<Record<string, string>> = {
  'bare proxies': `${WORKERS} bare proxies`,
  apart: `${WORKERS} routers apart`,
  workers: `workers: ${WORKERS}`,
}

function table(rounds: readonly Round[], where: string, bar: (several: Side, ratios: Ratios) => Bar) {
  return PAIRS.map(([several, one]) => {
    const cost = (round: Round) => round[several].cpuUs / round[one].cpuUs
    const ratios = {
      requests: median(rounds, (round) => round[several].perSecond / round[one].perSecond),
      cost: median(rounds, cost),
    }
    return {
      [where]: TITLES[several]!,
      'requests/s of one': Math.round(median(rounds, (round) => round[one].perSecond)),
      'requests/s': Math.round(median(rounds, (round) => round[several].perSecond)),
      ratio: ratios.requests.toFixed(2),
      'CPU us of one': median(rounds, (round) => round[one].cpuUs).toFixed(1),
      'CPU us': median(rounds, (round) => round[several].cpuUs).toFixed(1),
      'of that the holder of the state':
        several === 'workers' ? median(rounds, (round) => round.workers.firstUs).toFixed(1) : '',
      'switches, 100 requests': Math.round(100 * median(rounds, (round) => round[several].switches)),
      'CPU over one': ratios.cost.toFixed(2),
      quartiles: quartiles(rounds, cost),
      ...bar(several, ratios),
    }
  })
}

interface Ratios {
  readonly requests: number
  readonly cost: number
}
type Bar = Readonly<Record<string, string>>

const verdict = (isMet: boolean) => (isMet ? 'pass' : '**miss**')
const onCores = (several: Side, { requests, cost }: Ratios): Bar => {
  const least = MIN_SHARE * WORKERS
  // What as many cores as workers could carry, if nothing else ran on them, beside what one process can on one.
  const isMet = Math.max(requests, WORKERS / cost) >= least
  return {
    'ratio by CPU': (WORKERS / cost).toFixed(2),
    bar: several === 'workers' ? `>= ${least}: ${verdict(isMet)}` : '',
  }
}
const onOne = (several: Side, { cost }: Ratios): Bar => ({
  bar: several === 'workers' ? `<= ${MAX_COST}: ${verdict(cost <= MAX_COST)}` : '',
})

const own = coresFor(WORKERS)
const tables = [table(await measure(own), own ? 'on cores of their own' : 'on all cores, with the load', onCores)]
if (canPin) tables.push(table(await measure({ proxies: '0', load: '1' }), 'all on one core', onOne))
for (const rows of tables) console.table(rows)
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  rounds: ROUNDS,
  seconds_each: SECONDS,
  concurrency: CONCURRENCY,
  cores: cpus().length,
  load: own ? 'on two cores of its own' : 'on the same cores',
  load_average: Math.round(loadavg()[0]!),
}
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
const results = tables.map((rows) => ({ columns: Object.keys(rows[0]!), rows: rows.map(Object.values) }))
writeFileSync(
  new URL('../results/workers.json', import.meta.url),
  `${JSON.stringify({ facts, tables: results }, null, 2)}\n`,
)
