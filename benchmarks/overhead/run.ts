/**
 * What the router costs: against the upstream itself, a bare node:http + undici proxy that parses the body, and nginx, interleaved in one
 * run, the proxies on one core and load and upstream on the other. Build first. `node -C source benchmarks/overhead/run.ts [--quick]`
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { type Measured, quantile, run } from './load.ts'
import { residentMb, startTargets } from './targets.ts'

const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 1 : 5
const SECONDS = quick ? 0.5 : 2
const SCENES = [
  { name: 'whole, 1 at a time', concurrency: 1, stream: false },
  { name: 'whole, 64 at a time', concurrency: 64, stream: false },
  { name: 'stream, 1 at a time', concurrency: 1, stream: true },
  { name: 'stream, 100 at a time', concurrency: 100, stream: true },
]

const median = (values: readonly number[]) => quantile(values, 0.5)
const targets = await startTargets()
const rows: Record<string, string | number>[] = []
try {
  for (const { name: scene, ...load } of SCENES) {
    const all = new Map<string, Measured[]>(targets.list.map(({ name }) => [name, []]))
    for (const { port } of targets.list) await run({ ...load, port, seconds: Math.min(1, SECONDS) })
    for (let round = 0; round < ROUNDS; round++) {
      // Another order each round, so that nobody always follows the same one.
      const order = targets.list.map((_, index) => targets.list[(index + round) % targets.list.length]!)
      for (const { name, port } of order) all.get(name)!.push(await run({ ...load, port, seconds: SECONDS }))
    }
    const bare = all.get('bare proxy')!
    for (const [target, runs] of all) {
      const pool = (pick: (run: Measured) => number[]) => runs.flatMap(pick)
      const ratio = median(runs.map((one, index) => one.requestsPerSecond / bare[index]!.requestsPerSecond))
      rows.push({
        scene,
        target,
        errors: runs.reduce((sum, one) => sum + one.errors, 0),
        ...(load.stream
          ? {
              first_token_p50_ms: median(pool((one) => one.firstToken)),
              added_first_token_ms: median(runs.map((one, index) => median(one.firstToken) - median(bare[index]!.firstToken))),
              chunk_delay_p50_ms: median(pool((one) => one.chunkDelays)),
              chunk_delay_p99_ms: quantile(
                pool((one) => one.chunkDelays),
                0.99,
              ),
              added_chunk_delay_ms: median(runs.map((one, index) => median(one.chunkDelays) - median(bare[index]!.chunkDelays))),
            }
          : {
              requests_per_s: median(runs.map((one) => one.requestsPerSecond)),
              of_bare_proxy: ratio,
              p50_ms: median(pool((one) => one.latencies)),
              p99_ms: quantile(
                pool((one) => one.latencies),
                0.99,
              ),
              added_p50_ms: median(runs.map((one, index) => median(one.latencies) - median(bare[index]!.latencies))),
            }),
      })
    }
  }
  const pid = targets.list.find(({ name }) => name === 'router')?.pid
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    rounds: ROUNDS,
    seconds_each: SECONDS,
    proxies_on_one_core: targets.pinned,
    ready_ms: Math.round(targets.readyMs),
    router_rss_mb_after_the_run: pid === undefined ? undefined : Math.round(residentMb(pid) ?? Number.NaN),
  }
  const tables = [
    tableOf('Whole answers', false, 'Ratios and added times are medians over the rounds, each against the bare proxy of the same round.'),
    tableOf(
      'Streams of 20 chunks, one every 10 ms',
      true,
      "Chunk delay: from the upstream's write to the arrival at the client, on one clock.",
    ),
  ]
  for (const { title, columns, rows: cells } of tables) {
    console.log(title)
    console.table(cells.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))))
  }
  console.log(JSON.stringify(facts))
  if (!quick) {
    mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
    writeFileSync(new URL('../results/overhead.json', import.meta.url), `${JSON.stringify({ facts, tables }, null, 2)}\n`)
  }
} finally {
  targets.stop()
}

/** The scenes of one kind; the columns are what their rows have. */
function tableOf(title: string, stream: boolean, note: string) {
  const chosen = rows.filter((row) => String(row.scene).startsWith('stream') === stream)
  const columns = Object.keys(chosen[0] ?? {})
  const rounded = (value: string | number | undefined) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)
  return { title, note, columns, rows: chosen.map((row) => columns.map((column) => rounded(row[column]))) }
}
