/**
 * What a second worker adds: two routers that differ in nothing but `server.workers`, in turns. Each pair of turns
 * gives a ratio of requests per second, and one by processor time: what as many cores as workers could carry, where
 * nothing else ran on them, beside what one process can on one core. The load and the upstream run on the same machine:
 * where it has no more than two cores they take from both routers what the second worker would use, and the ratio of
 * requests per second says less than it could. Build first.
 *
 * Run: npm run bench:overhead:workers [-- --rounds 15] [--workers 2]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { quantile, run } from './load.ts'
import { cpuMsOfTree, startTargets } from './targets.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, workers: { type: 'string', default: '2' } },
})
const ROUNDS = Number(values.rounds)
const WORKERS = Number(values.workers)
const SECONDS = 2
const CONCURRENCY = 128
/** Of what as many routers would do. */
const MIN_SHARE = 0.9

const routers = { one: { strategy: 'adaptive' }, several: { strategy: 'adaptive', workers: WORKERS } }
const targets = await startTargets(routers, { pin: false })
const rate = async (name: keyof typeof routers) => {
  const { port, pid } = targets.list.find((target) => target.name === name)!
  const before = cpuMsOfTree(pid!)
  const { requestsPerSecond, errors } = await run({ port, concurrency: CONCURRENCY, stream: false, seconds: SECONDS })
  const cpuUs = (1000 * (cpuMsOfTree(pid!) - before)) / (requestsPerSecond * SECONDS)
  return { perSecond: errors === 0 ? requestsPerSecond : Number.NaN, cpuUs }
}
type Rate = Awaited<ReturnType<typeof rate>>
const pairs: { readonly one: Rate; readonly several: Rate }[] = []
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
const middle = (figures: readonly number[]) => Math.round(quantile(figures, 0.5))
const ratios = pairs.map(({ one, several }) => several.perSecond / one.perSecond)
const ratio = quantile(ratios, 0.5)
const byCpu = quantile(
  pairs.map(({ one, several }) => (WORKERS * one.cpuUs) / several.cpuUs),
  0.5,
)
const columns = [
  'workers',
  'requests/s of one',
  'requests/s',
  'ratio',
  'quartiles',
  'CPU us a request, one',
  'CPU us a request',
  'ratio by CPU',
  'at least',
  '',
]
const row = [
  WORKERS,
  middle(pairs.map(({ one }) => one.perSecond)),
  middle(pairs.map(({ several }) => several.perSecond)),
  ratio.toFixed(3),
  `${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
  middle(pairs.map(({ one }) => one.cpuUs)),
  middle(pairs.map(({ several }) => several.cpuUs)),
  byCpu.toFixed(3),
  MIN_SHARE * WORKERS,
  Math.max(ratio, byCpu) >= MIN_SHARE * WORKERS ? 'pass' : '**miss**',
]
console.table([Object.fromEntries(row.map((cell, at) => [columns[at] || ' ', cell]))])
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
const result = { facts, tables: [{ columns, rows: [row] }] }
writeFileSync(new URL('../results/workers.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
