import { expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { SpeedupDetector } from '../../../../src/outcomes/beliefs/speedup-detector.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import type { Outcome } from '../../../../src/outcomes/types.ts'
import { drawNormals } from '../../../../src/plugins/strategies/normal.ts'

const NOW = 1_750_000_000_000
const MINUTE = 60_000
const [SHORT, LONG] = ['chat.lt1k.plain', 'chat.lt2k.plain']
const SLOW = { ttftMs: 2000, tokensPerSecond: 20, totalMs: 7000 }
const FAST = { ttftMs: 200, tokensPerSecond: 200, totalMs: 700 }

const answer = (workload: string, at: number, changes: Partial<Outcome>): Outcome => ({
  endpoint: 'a/m',
  class: workload,
  kind: 'ok',
  at,
  stream: true,
  totalMs: 7000,
  usage: { inputTokens: 100, outputTokens: 100 },
  ...changes,
})

test('an endpoint that has become fast is fast for requests of another class, too', () => {
  const book = new OutcomeBook()
  for (let i = 0; i < 40; i++) book.record(answer(i % 2 === 0 ? SHORT : LONG, NOW + i * MINUTE, SLOW))
  const ttftMs = (workload: string) =>
    Math.exp(book.beliefs('a/m', workload, NOW + 50 * MINUTE, { stream: true }).ttft.mean)
  expect(ttftMs(SHORT)).toBeGreaterThan(1500)
  book.record(answer(LONG, NOW + 41 * MINUTE, FAST))
  expect(ttftMs(SHORT)).toBeGreaterThan(1000)
  expect(book.beliefs('a/m', SHORT, NOW + 50 * MINUTE).mayHaveChanged).toBe(true)
  book.record(answer(LONG, NOW + 42 * MINUTE, FAST))
  expect(ttftMs(LONG)).toBeLessThan(500)
  expect(ttftMs(SHORT)).toBeLessThan(800)
  expect(book.beliefs('a/m', SHORT, NOW + 50 * MINUTE).mayHaveChanged).toBe(false)
})

test('slow answers are no reason to forget', () => {
  const book = new OutcomeBook()
  for (let i = 0; i < 40; i++) book.record(answer(i % 2 === 0 ? SHORT : LONG, NOW + i * MINUTE, FAST))
  for (let i = 0; i < 5; i++) book.record(answer(LONG, NOW + (41 + i) * MINUTE, SLOW))
  expect(book.beliefs('a/m', SHORT, NOW + 50 * MINUTE, { stream: true }).ttft.n).toBeGreaterThan(19)
})

test('chance alone changes nothing', () => {
  const speedup = new SpeedupDetector()
  const drawn = new Float64Array(5000)
  drawNormals(drawn, drawn.length, seeded(1))
  for (const one of drawn) expect(speedup.observe(0.5 * one)).toBe(false)
})
