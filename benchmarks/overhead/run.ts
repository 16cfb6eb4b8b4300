/**
 * What the router costs: against the upstream itself, a bare node:http + undici proxy that parses the body, nginx, and
 * other gateways where they are installed (peers.ts), interleaved in one run, the proxies on one core and load and
 * upstream on the other. First cold, right after the start, then after a warm-up. Build first.
 *
 * Run: node -C source benchmarks/overhead/run.ts [--quick] [--rounds 5] [--warm 15] [--only stream]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Load, type Measured, quantile, run } from './load.ts'
import type { Target } from './target.ts'
import { cpuMs, peakMb, resetPeak, residentMb, startTargets } from './targets.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    warm: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
  },
})
const ROUNDS = values.quick ? 1 : Number(values.rounds)
const SECONDS = values.quick ? 0.5 : 2
const WARM_SECONDS = values.quick ? 1 : Number(values.warm)
const OPEN_STREAMS = 2000

type Scene = Omit<Load, 'port' | 'seconds' | 'headers'> & { readonly name: string }

const ALL_SCENES: readonly Scene[] = [
  { name: 'whole, 1 at a time', concurrency: 1, stream: false },
  { name: 'whole, 64 at a time', concurrency: 64, stream: false },
  { name: 'stream, 1 at a time', concurrency: 1, stream: true },
  { name: 'stream, 100 at a time', concurrency: 100, stream: true },
]

/** Of what `--only` begins with. */
const SCENES = ALL_SCENES.filter(({ name }) => name.startsWith(values.only))

interface Timed extends Measured {
  /** Of the target's process; NaN where it is not known. */
  readonly cpuUs: number
}

type Row = Record<string, string | number>

const median = (numbers: readonly number[]) => quantile(numbers, 0.5)

const targets = await startTargets()
try {
  const cold = await measure(
    SCENES.filter(({ stream }) => !stream),
    1,
    false,
  )
  // Code for streams is other code: before it has been compiled a first token takes three times as long.
  for (const stream of [false, true])
    for (const target of answering({ stream })) await load(target, { concurrency: 64, stream }, WARM_SECONDS / 2)
  const warm = await measure(SCENES, ROUNDS, true)
  const memory = values.only ? [] : await openStreams()
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    rounds: ROUNDS,
    seconds_each: SECONDS,
    warm_up_seconds: WARM_SECONDS,
    load_average: Math.round(loadavg()[0]! * 10) / 10,
    proxies_on_one_core: targets.pinned,
    ready_ms: Math.round(targets.readyMs.get('router') ?? Number.NaN),
  }
  const ratios = 'Ratios and added times are medians over the rounds, each against the bare proxy of the same round.'
  const leftOut = targets.list.flatMap(({ noStreams }) => noStreams ?? [])
  const tables = [
    tableOf('Whole answers', warm.filter(isWhole), `After ${WARM_SECONDS} s of load, half of it streams. ${ratios}`),
    tableOf('Whole answers, cold', cold, 'The first seconds after the start.'),
    tableOf(
      'Streams of 20 chunks, one every 10 ms',
      warm.filter((row) => !isWhole(row)),
      ["Chunk delay: from the upstream's write to the arrival at the client, on one clock.", ...leftOut].join(' '),
    ),
    tableOf(
      `${OPEN_STREAMS.toLocaleString('en')} open streams`,
      memory,
      'Every chunk in order, or it counts as an error.',
    ),
  ]
  for (const { title, note, columns, rows: cells } of tables) {
    if (cells.length === 0) continue
    console.log(`${title}\n${note}`)
    console.table(cells.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))))
  }
  console.log(JSON.stringify(facts))
  if (!values.quick && !values.only) {
    mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
    writeFileSync(
      new URL('../results/overhead.json', import.meta.url),
      `${JSON.stringify({ facts, tables }, null, 2)}\n`,
    )
  }
} finally {
  await targets.stop()
}

function answering({ stream }: Pick<Scene, 'stream'>): readonly Target[] {
  return targets.list.filter(({ noStreams }) => !stream || noStreams === undefined)
}

async function load(target: Target, scene: Pick<Scene, 'concurrency' | 'stream'>, seconds: number): Promise<Timed> {
  const { port, headers, pid } = target
  const before = pid === undefined ? Number.NaN : cpuMs(pid)
  const measured = await run({ ...scene, port, seconds, ...(headers !== undefined && { headers }) })
  const requests = scene.stream ? measured.firstToken.length : measured.latencies.length
  return { ...measured, cpuUs: pid === undefined ? Number.NaN : (1000 * (cpuMs(pid) - before)) / requests }
}

async function measure(scenes: readonly Scene[], rounds: number, warmUp: boolean): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name: scene, ...how } of scenes) {
    const list = answering(how)
    const all = new Map<string, Timed[]>(list.map(({ name }) => [name, []]))
    if (warmUp) for (const target of list) await load(target, how, Math.min(1, SECONDS))
    for (let round = 0; round < rounds; round++) {
      // Another order each round, so that nobody always follows the same one.
      const order = list.map((_, index) => list[(index + round) % list.length]!)
      for (const target of order) all.get(target.name)!.push(await load(target, how, SECONDS))
    }
    const bare = all.get('bare proxy')!
    for (const [target, runs] of all) rows.push({ scene, target, ...figures(runs, bare, how.stream) })
  }
  return rows
}

function figures(runs: readonly Timed[], bare: readonly Timed[], stream: boolean): Row {
  const all = (pick: (run: Measured) => number[]) => runs.flatMap(pick)
  const beside = (value: (run: Timed, bare: Timed) => number) =>
    median(runs.map((one, index) => value(one, bare[index]!)))
  const errors = runs.reduce((sum, one) => sum + one.errors, 0)
  const cpu = { cpu_us_per_request: median(runs.map(({ cpuUs }) => cpuUs)) }
  if (stream) {
    const delays = all((one) => one.chunkDelays)
    return {
      errors,
      first_token_p50_ms: median(all((one) => one.firstToken)),
      added_first_token_ms: beside((one, other) => median(one.firstToken) - median(other.firstToken)),
      chunk_delay_p50_ms: median(delays),
      chunk_delay_p99_ms: quantile(delays, 0.99),
      added_chunk_delay_ms: beside((one, other) => median(one.chunkDelays) - median(other.chunkDelays)),
      ...cpu,
    }
  }
  const latencies = all((one) => one.latencies)
  return {
    errors,
    requests_per_s: median(runs.map((one) => one.requestsPerSecond)),
    of_bare_proxy: beside((one, other) => one.requestsPerSecond / other.requestsPerSecond),
    of_bare_by_cpu: beside((one, other) => other.cpuUs / one.cpuUs),
    p50_ms: median(latencies),
    p99_ms: quantile(latencies, 0.99),
    added_p50_ms: beside((one, other) => median(one.latencies) - median(other.latencies)),
    ...cpu,
  }
}

/** Peak memory while many streams are open at once, one target after the other. */
async function openStreams(): Promise<Row[]> {
  const rows: Row[] = []
  for (const target of answering({ stream: true })) {
    if (target.pid === undefined || target.isSlow) continue
    const idle = residentMb(target.pid)
    resetPeak(target.pid)
    const { errors, firstToken } = await load(target, { concurrency: OPEN_STREAMS, stream: true }, 1)
    rows.push({
      target: target.name,
      streams: firstToken.length,
      errors,
      idle_rss_mb: idle ?? Number.NaN,
      peak_rss_mb: peakMb(target.pid) ?? Number.NaN,
    })
  }
  return rows
}

function isWhole({ scene }: Row): boolean {
  return String(scene).startsWith('whole')
}

/** The columns are what the rows have. */
function tableOf(title: string, rows: readonly Row[], note: string) {
  const columns = Object.keys(rows[0] ?? {})
  const rounded = (value: string | number | undefined) =>
    typeof value === 'number' ? (Number.isNaN(value) ? '' : Math.round(value * 1000) / 1000) : (value ?? '')
  return { title, note, columns, rows: rows.map((row) => columns.map((column) => rounded(row[column]))) }
}
