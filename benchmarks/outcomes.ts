/**
 * What booking an outcome and reading a belief cost, and what 5,000 cells weigh. Run: npx node -C source --expose-gc
 * benchmarks/outcomes.ts. Prints a table, or with --json the rows, and writes benchmarks/results/outcomes.json.
 */
import { writeFileSync } from 'node:fs'
import { RouterBooks } from '../src/app/books.ts'
import { OutcomeBook } from '../src/outcomes/cells/cells.ts'
import type { Outcome } from '../src/outcomes/types.ts'

const START = Date.UTC(2026, 0, 5)
const DAY = 86_400_000

/** A small seeded generator (mulberry32), so that runs compare. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = generator(1)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** As in the router, where an endpoint's id is one string for all its outcomes. */
const CLASSES = Array.from({ length: 8 }, (_, at) => `chat.lt${at}k.plain`)
const IDS = new Map<number, string>()
const idOf = (endpoint: number) => {
  const id = IDS.get(endpoint) ?? `provider-${endpoint % 20}/model-${endpoint}`
  IDS.set(endpoint, id)
  return id
}

function outcome(endpoint: number, workloadClass: number, at: number): Outcome {
  const ttftMs = 400 * Math.exp(0.5 * normal())
  const tokensPerSecond = 60 * Math.exp(0.4 * normal())
  const outputTokens = Math.ceil(300 * random())
  return {
    endpoint: idOf(endpoint),
    class: CLASSES[workloadClass]!,
    kind: random() < 0.03 ? 'provider_error' : 'ok',
    at,
    stream: true,
    ttftMs,
    totalMs: ttftMs + (1000 * outputTokens) / tokensPerSecond,
    tokensPerSecond,
    usage: { inputTokens: Math.ceil(2000 * random()), outputTokens },
    costUsd: 0.001 * random(),
    listUsd: 0.0005,
  }
}

const heap = () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/**
 * Nanoseconds of the process's own CPU time a run: what others do on the machine is not counted, the garbage
 * collector's threads are.
 */
function timed(count: number, run: (i: number) => void): number {
  const start = process.cpuUsage()
  for (let i = 0; i < count; i++) run(i)
  const { user, system } = process.cpuUsage(start)
  return (1000 * (user + system)) / count
}

/** Of rounds of the same size, in nanoseconds a run. */
function rounds(count: number, each: number, run: (i: number) => void): { p50: number; p90: number } {
  const means = Array.from({ length: count }, (_, round) => timed(each, (i) => run(round * each + i))).sort(
    (a, b) => a - b,
  )
  return { p50: means[count >> 1]!, p90: means[Math.floor(count * 0.9)]! }
}

const OUTCOME_BAR_NS = 1_500
/** With the estimators. */
const ENTERED_BAR_NS = 2_000

const rows: { measure: string; value: number; p90?: number; unit: string; bar?: string }[] = []
const row = (measure: string, value: number, unit: string) =>
  rows.push({ measure, value: Math.round(value * 10) / 10, unit })
const rowOf = (measure: string, { p50, p90 }: { p50: number; p90: number }, bar?: number) => {
  const verdict = bar === undefined ? {} : { bar: `< ${bar}: ${p50 < bar ? 'met' : 'MISSED'}` }
  rows.push({ measure, value: Math.round(p50), p90: Math.round(p90), unit: 'ns', ...verdict })
}

{
  // Forty endpoints with four classes each, 500 outcomes a second; the first quarter is for the compiler.
  const outcomes = Array.from({ length: 400_000 }, (_, i) => outcome(i % 40, i % 4, START + i * 2))
  const book = new OutcomeBook()
  for (const each of outcomes.slice(0, 100_000)) book.record(each)
  const recorded = rounds(60, 5_000, (i) => book.record(outcomes[100_000 + i]!))
  rowOf('an outcome: all cells and beliefs', recorded, OUTCOME_BAR_NS)
  const books = new RouterBooks(new OutcomeBook(), [])
  for (const each of outcomes.slice(0, 100_000)) books.outcome(each, 'small', 4_000)
  const entered = rounds(60, 5_000, (i) => books.outcome(outcomes[100_000 + i]!, 'small', 4_000))
  rowOf('an outcome, with the estimators of tokens', entered, ENTERED_BAR_NS)
  const now = START + 800_000
  const peers = ['provider-1/model-1', 'provider-2/model-2', 'provider-3/model-3']
  const context = { peers, stream: true }
  rowOf(
    'beliefs of a known endpoint',
    // Later than what was believed is given again.
    rounds(20, 10000, (i) => book.beliefs('provider-0/model-0', 'chat.lt0k.plain', now + 10_000 * i, context)),
  )
  rowOf(
    'beliefs of an unknown endpoint',
    rounds(20, 10000, () => book.beliefs('provider-0/new', 'chat.lt0k.plain', now, context)),
  )
  rowOf(
    'window of 30 min',
    rounds(20, 1000, () => book.window('provider-0/model-0', undefined, 1800, now)),
  )
}
{
  // Every cell busy in every hour of a day, and in every slot of the fine rings at its end: as heavy as cells get.
  const before = heap()
  const book = new OutcomeBook()
  const each = (at: number, times: number) => {
    for (let i = 0; i < 5_000; i++) for (let k = 0; k < times; k++) book.record(outcome(i >> 3, i & 7, at + k))
  }
  for (let hour = 0; hour < 25; hour++) each(START + (hour * DAY) / 25, 4)
  for (let minute = 0; minute < 30; minute += 5) each(START + DAY + minute * 60_000, 4)
  for (let minute = 30; minute < 35; minute++) each(START + DAY + minute * 60_000, 2)
  for (let slot = 0; slot < 7; slot++) each(START + DAY + 35 * 60_000 + slot * 5_000, 2)
  row('memory of 5,000 busy cells', (heap() - before) / 1e6, 'MB')
  row('bytes per cell', (heap() - before) / book.size, 'B')
  const now = START + DAY + 36 * 60_000
  let text = ''
  row('snapshot', timed(1, () => (text = JSON.stringify(book.snapshot(now)))) / 1e6, 'ms')
  row('file', text.length / 1e6, 'MB')
  row('restore', timed(1, () => new OutcomeBook().restore(JSON.parse(text))) / 1e6, 'ms')
}

const facts = {
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
  times: 'CPU time; the median over rounds',
}
const shown = rows.map(({ measure, value, p90, unit, bar }) => ({ measure, value, p90, unit, bar }))
writeFileSync(new URL('results/outcomes.json', import.meta.url), `${JSON.stringify({ facts, rows: shown }, null, 1)}\n`)
if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
else console.table(rows)
