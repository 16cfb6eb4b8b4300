/**
 * What learning costs: two routers that differ in nothing but the strategy, `adaptive` and `priority`, in turns on the
 * same core. Each pair of turns gives a ratio of requests per second; the median of these is held to at least 0.97. On
 * a busy machine turns are not alike: the processor time that each router spends on a request, over all turns, tells the
 * same with less noise. Build first.
 *
 * Run: npx node -C source benchmarks/overhead/strategies.ts [--rounds 25]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { quantile, run } from './load.ts'
import { cpuMs, startTargets } from './targets.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '25' } } })
const ROUNDS = Number(values.rounds)
const SECONDS = 1
const MIN_RATIO = 0.97
const SCENES = [
  { name: 'whole, 1 at a time', concurrency: 1 },
  { name: 'whole, 64 at a time', concurrency: 64 },
]
const COLUMNS = [
  'scene',
  'priority, requests/s',
  'adaptive, requests/s',
  'ratio',
  'quartiles',
  'CPU ms a request',
  'ratio by CPU',
  'at least',
  '',
]

const targets = await startTargets({ priority: { strategy: 'priority' }, adaptive: { strategy: 'adaptive' } })
const targetOf = (name: string) => targets.list.find((target) => target.name === name)!
const rows: (string | number)[][] = []
try {
  for (const { name, concurrency } of SCENES) {
    const used = { priority: { ms: 0, requests: 0 }, adaptive: { ms: 0, requests: 0 } }
    const rate = async (strategy: 'priority' | 'adaptive') => {
      const { port, pid } = targetOf(strategy)
      const before = cpuMs(pid!)
      const { requestsPerSecond, latencies, errors } = await run({ port, concurrency, stream: false, seconds: SECONDS })
      used[strategy].ms += cpuMs(pid!) - before
      used[strategy].requests += latencies.length
      return errors === 0 ? requestsPerSecond : Number.NaN
    }
    const pairs: { readonly priority: number; readonly adaptive: number }[] = []
    // The first round warms up and does not count; each begins with the other one.
    for (let round = 0; round <= ROUNDS; round++) {
      const first = round % 2 === 0 ? await rate('priority') : await rate('adaptive')
      const second = round % 2 === 0 ? await rate('adaptive') : await rate('priority')
      if (round > 0)
        pairs.push(round % 2 === 0 ? { priority: first, adaptive: second } : { priority: second, adaptive: first })
    }
    const ratios = pairs.map(({ priority, adaptive }) => adaptive / priority)
    const ratio = quantile(ratios, 0.5)
    const [plain, learning] = [used.priority, used.adaptive].map(({ ms, requests }) => ms / requests) as [
      number,
      number,
    ]
    rows.push([
      name,
      Math.round(
        quantile(
          pairs.map(({ priority }) => priority),
          0.5,
        ),
      ),
      Math.round(
        quantile(
          pairs.map(({ adaptive }) => adaptive),
          0.5,
        ),
      ),
      ratio.toFixed(3),
      `${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
      `${plain.toFixed(3)} / ${learning.toFixed(3)}`,
      (plain / learning).toFixed(3),
      MIN_RATIO,
      ratio >= MIN_RATIO ? 'pass' : '**miss**',
    ])
  }
} finally {
  await targets.stop()
}
console.table(rows.map((row) => Object.fromEntries(row.map((cell, at) => [COLUMNS[at] || ' ', cell]))))
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  rounds: ROUNDS,
  seconds_each: SECONDS,
}
const result = {
  facts: { ...facts, on_one_core: targets.pinned, load_average: Math.round(loadavg()[0]!) },
  tables: [{ columns: COLUMNS, rows }],
}
mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
writeFileSync(new URL('../results/strategies.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
