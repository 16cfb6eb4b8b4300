/**
 * What a routing decision costs: per strategy, the reading of the beliefs, and a whole decision of `adaptive`, prepared
 * anew for every request and drawn from what was prepared. Run: npx node -C source benchmarks/decision.ts
 */

import { drawSeed, seeded } from '../src/base/random.ts'
import { BUILT_IN } from '../src/plugins/built-in.ts'
import { createRegistry } from '../src/plugins/registry.ts'
import { belief, candidate, REQUEST } from '../src/plugins/testing/candidates.ts'
import { VirtualRouter, virtualModel } from '../src/replay/virtual-router.ts'

const ENDPOINTS = 10
const ROUNDS = 20_000
/** Decisions timed together: the clock is too coarse for one. */
const BATCH = 20

/** Milliseconds per call: median and 99th percentile over batches, after a warm-up. */
function timed(run: () => void): { p50: number; p99: number } {
  const times: number[] = []
  for (let round = 0; round < ROUNDS / BATCH; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < BATCH; i++) run()
    times.push(Number(process.hrtime.bigint() - start) / BATCH / 1000)
  }
  const warm = times.slice(times.length / 4).sort((a, b) => a - b)
  return { p50: warm[warm.length >> 1]!, p99: warm[Math.floor(warm.length * 0.99)]! }
}

const random = seeded(1)
const between = (low: number, high: number) => low + random() * (high - low)
const silent = () => {}
const registry = createRegistry({
  directory: import.meta.dirname,
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

/** All in the running, which is the dearest case; and as they are most of the time, one clearly ahead. */
const CASES = {
  'ten alike': Array.from({ length: ENDPOINTS }, (_, at) =>
    candidate(`provider-${at}`, {
      position: at,
      ttft: { ...belief(between(400, 500)), sd: 0.4 },
      estimatedPrice: between(0.001, 0.0011),
    }),
  ),
  'ten different': Array.from({ length: ENDPOINTS }, (_, at) =>
    candidate(`provider-${at}`, {
      position: at,
      ttft: belief(between(100, 2000)),
      estimatedPrice: between(0.0005, 0.01),
    }),
  ),
}

const rows: { what: string; case: string; 'p50 us': number; 'p99 us': number }[] = []
const round = (value: number) => Math.round(value * 10) / 10
const row = (what: string, name: string, run: () => void) => {
  const { p50, p99 } = timed(run)
  rows.push({ what, case: name, 'p50 us': round(p50), 'p99 us': round(p99) })
}

for (const name of Object.keys(BUILT_IN.strategy)) {
  const strategy = await registry.create('strategy', {
    id: name,
    plugin: name,
    options: {},
    place: {},
    placeOf: () => ({}),
  })
  for (const [title, candidates] of Object.entries(CASES)) {
    row(name, title, () => strategy.rank(REQUEST, candidates, { random: seeded(drawSeed(random)), now: 0 }))
  }
}

const router = new VirtualRouter({ random })
const { book } = router
const now = Date.UTC(2026, 0, 5)
const ids = Array.from({ length: ENDPOINTS }, (_, at) => `provider-${at}/model`)
for (let i = 0; i < 5000; i++) {
  const ttftMs = between(100, 900)
  book.record({
    endpoint: ids[i % ENDPOINTS]!,
    class: REQUEST.class,
    kind: 'ok',
    at: now + i,
    stream: true,
    ttftMs,
    totalMs: ttftMs + 2000,
    tokensPerSecond: between(40, 90),
    usage: { inputTokens: 800, outputTokens: 120 },
  })
}
let asOf = now + 6000
row('beliefs', 'of ten endpoints', () => {
  // Later than what was believed is given again.
  asOf += 10_000
  for (const id of ids) book.beliefs(id, REQUEST.class, asOf, { peers: ids, stream: true })
})
const endpoints = ids.map((id, at) => ({
  id,
  provider: `provider-${at}`,
  model: 'model',
  weight: 1,
  price: { prompt: 1, completion: between(2, 4) },
}))
const adaptive = await registry.create('strategy', {
  id: 'adaptive',
  plugin: 'adaptive',
  options: {},
  place: {},
  placeOf: () => ({}),
})
const model = virtualModel('small', endpoints, { name: 'adaptive', instance: adaptive })
const asked = { class: REQUEST.class, stream: true, inputTokens: 800 }
let time = now + 6000
row('decision', 'prepared for each request', () => {
  time += 1000
  router.plan(model, asked, time)
})
row('decision', 'and all beliefs formed anew', () => {
  time += 10_000
  router.plan(model, asked, time)
})
let tokens = 0
row('decision', 'of a kind that was not asked for before', () => {
  tokens = (tokens + 1) % 500
  router.plan(model, { ...asked, outputTokens: tokens }, time)
})
row('decision', 'drawn from a prepared plan', () => router.plan(model, asked, time))
const line = Buffer.alloc(16_384)
row('decision', 'drawn, with its part of the log line', () => {
  let at = 0
  for (const { json } of router.plan(model, asked, time).placed) {
    line.set(json, at)
    at += json.length
  }
})
console.table(rows)
