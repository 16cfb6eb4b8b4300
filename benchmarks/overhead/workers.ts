/**
 * What a second worker adds: two routers that differ in nothing but `server.workers`, in turns. Each pair of turns
 * gives a ratio of requests per second, and one by processor time: what as many cores as workers could carry, where
 * nothing else ran on them, beside what one process can on one core. The load and the upstream run on the same machine:
 * where it has no more than two cores they take from both routers what the second worker would use, and the ratio of
 * requests per second says less than it could.
 *
 * Then the same with all processes of both routers on one core, load and upstream on the other: what a request costs
 * there is the price of sharing by itself, as long as nothing else runs beside them. Build first.
 *
 * Run: npm run bench:overhead:workers [-- --rounds 15] [--workers 2]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { quantile, run } from './load.ts'
import { canPin, cpuMs, cpuMsOfTree, startTargets } from './targets.ts'

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

const ROUTERS = { one: { strategy: 'adaptive' }, several: { strategy: 'adaptive', workers: WORKERS } }

interface Rate {
  readonly perSecond: number
  /** Processor time of a request: of all processes, and of the one that was started. */
  readonly cpuUs: number
  readonly firstUs: number
}

interface Pair {
  readonly one: Rate
  readonly several: Rate
}

async function measure(pin: boolean): Promise<Pair[]> {
  const targets = await startTargets(ROUTERS, { pin })
  const rate = async (name: keyof typeof ROUTERS): Promise<Rate> => {
    const { port, pid } = targets.list.find((target) => target.name === name)!
    const before = [cpuMsOfTree(pid!), cpuMs(pid!)] as const
    const { requestsPerSecond, errors } = await run({ port, concurrency: CONCURRENCY, stream: false, seconds: SECONDS })
    const us = (ms: number) => (1000 * ms) / (requestsPerSecond * SECONDS)
    return {
      perSecond: errors === 0 ? requestsPerSecond : Number.NaN,
      cpuUs: us(cpuMsOfTree(pid!) - before[0]),
      firstUs: us(cpuMs(pid!) - before[1]),
    }
  }
  const pairs: Pair[] = []
  try {
    // The first round warms up and does not count; each begins with the other one.
    for (let round = 0; round <= ROUNDS; round++) {
      const isEven = round % 2 === 0
      const first = await rate(isEven ? 'one' : 'several')
      const second = await rate(isEven ? 'several' : 'one')
      if (round > 0) pairs.push(isEven ? { one: first, several: second } : { one: second, several: first })
    }
  } finally {
    await targets.stop()
  }
  return pairs
}

const median = (pairs: readonly Pair[], of: (pair: Pair) => number) => quantile(pairs.map(of), 0.5)
const middle = (pairs: readonly Pair[], of: (pair: Pair) => number) => Math.round(median(pairs, of))
const quartiles = (pairs: readonly Pair[], of: (pair: Pair) => number) =>
  [0.25, 0.75].map((share) => quantile(pairs.map(of), share).toFixed(3)).join(' to ')

function throughput(pairs: readonly Pair[]) {
  const ratio = ({ one, several }: Pair) => several.perSecond / one.perSecond
  const byCpu = median(pairs, ({ one, several }) => (WORKERS * one.cpuUs) / several.cpuUs)
  const least = MIN_SHARE * WORKERS
  return {
    workers: WORKERS,
    'requests/s of one': middle(pairs, ({ one }) => one.perSecond),
    'requests/s': middle(pairs, ({ several }) => several.perSecond),
    ratio: median(pairs, ratio).toFixed(3),
    quartiles: quartiles(pairs, ratio),
    'ratio by CPU': byCpu.toFixed(3),
    'at least': least,
    ' ': Math.max(median(pairs, ratio), byCpu) >= least ? 'pass' : '**miss**',
  }
}

function price(pairs: readonly Pair[]) {
  const ratio = ({ one, several }: Pair) => several.cpuUs / one.cpuUs
  return {
    'on one core, workers': WORKERS,
    'CPU us a request, one': middle(pairs, ({ one }) => one.cpuUs),
    'CPU us a request': middle(pairs, ({ several }) => several.cpuUs),
    'of that the process that holds the state': middle(pairs, ({ several }) => several.firstUs),
    'cost over one': median(pairs, ratio).toFixed(3),
    quartiles: quartiles(pairs, ratio),
    'at most': MAX_COST,
    ' ': median(pairs, ratio) <= MAX_COST ? 'pass' : '**miss**',
  }
}

const rows: Readonly<Record<string, string | number>>[] = [throughput(await measure(false))]
if (canPin) rows.push(price(await measure(true)))
for (const row of rows) console.table([row])
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  rounds: ROUNDS,
  seconds_each: SECONDS,
  concurrency: CONCURRENCY,
  cores: availableParallelism(),
  load: 'on the same machine',
  load_average: Math.round(loadavg()[0]!),
}
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
const tables = rows.map((row) => ({ columns: Object.keys(row).map((name) => name.trim()), rows: [Object.values(row)] }))
writeFileSync(new URL('../results/workers.json', import.meta.url), `${JSON.stringify({ facts, tables }, null, 2)}\n`)
