import { describe, expect, test } from 'vitest'
import { feedbackToLine, lineToFeedback } from '../../../../src/outcomes/log/feedback-line.ts'
import type { FinishedRequest } from '../../../../src/outcomes/log/finished-request.ts'
import { lineToRecord } from '../../../../src/outcomes/log/record-line.ts'
import { featuresOf, taskName } from '../../../../src/outcomes/quality/features.ts'
import { judgeAnswers } from '../../../../src/outcomes/quality/judge.ts'
import type { Opinion } from '../../../../src/outcomes/quality/opinion.ts'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { AttemptRecord } from '../../../../src/plugins/api.ts'

const DAY = 24 * 3_600_000
const CLASS = 'chat.lt1k.plain'
const opinion = (score: number, more: Partial<Opinion> = {}): Opinion => ({
  model: 'small',
  class: CLASS,
  score,
  weight: 1,
  implied: false,
  at: 0,
  ...more,
})

describe('opinions', () => {
  test('count for the model, its class and its task', () => {
    const book = new QualityBook()
    book.recordFeedback('a', opinion(1, { task: 't' }))
    book.recordFeedback('b', opinion(0))
    expect(book.read('small', undefined, undefined, 0)).toMatchObject({ weight: 2, good: 1 })
    expect(book.read('small', CLASS, undefined, 0)).toMatchObject({ weight: 2, good: 1 })
    expect(book.read('small', CLASS, 't', 0)).toMatchObject({ weight: 1, good: 1 })
    expect(book.read('small', 'other', undefined, 0)).toBeUndefined()
    expect(book.read('big', CLASS, undefined, 0)).toBeUndefined()
  })

  test('said twice count once, and the last word holds', () => {
    const book = new QualityBook()
    expect(book.recordFeedback('a', opinion(0.2))).toBe(true)
    expect(book.recordFeedback('a', opinion(0.2, { at: DAY }))).toBe(true)
    expect(book.recordFeedback('a', opinion(1, { at: 2 * DAY }))).toBe(true)
    const { weight, good } = book.read('small', CLASS, undefined, 2 * DAY)!
    expect(weight).toBeCloseTo(1)
    expect(good).toBeCloseTo(1)
  })

  test('a sign gives way to a word, never the other way round', () => {
    const book = new QualityBook()
    const sign = opinion(0, { weight: 0.5, implied: true })
    expect(book.recordFeedback('a', sign)).toBe(true)
    expect(book.recordFeedback('a', opinion(1))).toBe(true)
    expect(book.recordFeedback('a', sign)).toBe(false)
    expect(book.read('small', CLASS, undefined, 0)).toMatchObject({ weight: 1, good: 1 })
  })

  test('are worth half after 30 days', () => {
    const book = new QualityBook()
    book.recordFeedback('a', opinion(1))
    expect(book.read('small', CLASS, undefined, 30 * DAY)?.weight).toBeCloseTo(0.5)
    book.recordFeedback('late', opinion(0, { at: -30 * DAY }))
    expect(book.read('small', CLASS, undefined, 0)?.weight).toBeCloseTo(1.5)
  })

  test('are bounded in cells and ids', () => {
    const book = new QualityBook()
    for (let i = 0; i < 6_000; i++) book.recordFeedback(`id${i}`, opinion(1, { task: `t${i}`, at: i }))
    const { cells, given } = book.encode() as { cells: unknown[]; given: unknown[] }
    expect(cells).toHaveLength(5_000)
    expect(given).toHaveLength(2_000)
    expect(book.read('small', undefined, undefined, 6_000)?.weight).toBeCloseTo(6_000, 0)
    const before = book.encode()
    expect(book.recordFeedback('x', opinion(1, { task: 'y'.repeat(1000) }))).toBe(false)
    expect(book.encode()).toEqual(before)
  })
})

test('the book survives a restart, with what may still be changed', () => {
  const book = new QualityBook()
  book.recordFeedback('a', opinion(0.5, { task: 't' }))
  book.judge({ model: 'small', class: CLASS }, false, 10)
  book.setPace('auto', { budget: 0.25, weight: 0.2, spread: 0.01, dear: 1, saved: -0.5 })
  const again = new QualityBook()
  again.decode(JSON.parse(JSON.stringify(book.encode())))
  expect(again.encode()).toEqual(book.encode())
  expect(again.pace('auto')).toEqual({ budget: 0.25, weight: 0.2, spread: 0.01, dear: 1, saved: -0.5 })
  again.recordFeedback('a', opinion(1, { task: 't', at: 10 }))
  expect(again.read('small', CLASS, 't', 10)?.weight).toBeCloseTo(1)
})

test('a state from before there were score models teaches them what each task has been told', () => {
  const book = new QualityBook()
  for (let i = 0; i < 40; i++) {
    book.recordFeedback(`e${i}`, opinion(1, { task: 'easy' }))
    book.recordFeedback(`h${i}`, opinion(0, { task: 'hard' }))
    book.recordFeedback(`o${i}`, opinion(1, { model: 'other' }))
  }
  const { scores, pace, ...older } = book.encode()
  const again = new QualityBook()
  again.decode(JSON.parse(JSON.stringify({ ...older, pace: [['auto', 0.25]] })))
  const prior = { quality: 0.5, weight: 8 }
  for (const [model, task] of [
    ['small', 'easy'],
    ['small', 'hard'],
    ['other', '-'],
  ] as const) {
    const features = featuresOf({ names: [taskName(task)] })
    expect(again.expect(model, features, prior, 0).mean).toBeCloseTo(book.expect(model, features, prior, 0).mean, 2)
  }
  expect(again.pace('auto').budget).toBe(0.25)
  expect(scores).toHaveProperty('own.1')
})

test('what workers tell each other gives the same beliefs', () => {
  const [one, two] = [new QualityBook(), new QualityBook()]
  one.onDelta = (delta) => two.merge(JSON.parse(JSON.stringify(delta)))
  const features = featuresOf({ inputTokens: 700, names: ['type:code'] })
  for (let i = 0; i < 30; i++) one.recordFeedback(`g${i}`, opinion(i % 3 === 0 ? 0 : 1, { features }))
  one.recordFeedback('g0', opinion(1, { features }))
  one.setPace('auto', { budget: 0, weight: 0.3, spread: 2, dear: 1, saved: -0.5 })
  expect(two.encode()).toEqual(one.encode())
})

test.each([
  undefined,
  null,
  3,
  {},
  { cells: 'x' },
  { scores: { shared: 3, own: [['m', { at: 0, sums: [0, 0, -99], scores: [] }], ['m'], [3, {}], 4] } },
  { scores: { own: [['m', { at: 0, sums: [500, 0, 1], scores: [] }]] } },
  { scores: null },
  { cells: [['k', 1, 2], [3], ['k', -1, 0, 0, 0, 0]], given: [['a']], pace: [['p', 'q'], []] },
])('a state that makes no sense is left out: %j', (state) => {
  const book = new QualityBook()
  book.decode(state)
  expect(book.encode()).toEqual(new QualityBook().encode())
})

const attempt = (kind: AttemptRecord['kind'], more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  endpoint: 'p/small',
  kind,
  startMs: 0,
  totalMs: 10,
  ...more,
})

function judged(...attempts: AttemptRecord[]): [number, number] {
  const book = new QualityBook()
  const request = { model: 'small', class: CLASS, planned: [], attempts } as unknown as FinishedRequest
  judgeAnswers(request, book, 0, () => true)
  const sums = book.read('small', CLASS, undefined, 0)
  return [sums?.judged ?? 0, sums?.valid ?? 0]
}

describe('the router judges', () => {
  test.each<[string, AttemptRecord[], [number, number]]>([
    ['a good answer', [attempt('ok', { finishReason: 'stop' })], [1, 1]],
    ['a refusal', [attempt('ok', { finishReason: 'content_filter' })], [1, 0]],
    ['an answer cut by its length', [attempt('ok', { finishReason: 'length' })], [1, 0]],
    ['a policy refusal', [attempt('policy_refused')], [1, 0]],
    ['a malformed answer, then a good one', [attempt('provider_malformed'), attempt('ok')], [2, 1]],
    [
      'no failure of the network',
      [attempt('provider_network'), attempt('provider_rate_limited'), attempt('caller_cancelled')],
      [0, 0],
    ],
  ])('%s', (_, attempts, expected) => expect(judged(...attempts)).toEqual(expected))
})

test('a line of feedback is read back, and no reader of requests takes it for one', () => {
  const record = {
    id: 'gen-1',
    time: 1,
    model: 'small',
    class: CLASS,
    signal: 'thumbs',
    score: 1,
    weight: 1,
    counted: true,
  }
  const line = feedbackToLine(record)
  expect(lineToFeedback(line)).toEqual(record)
  expect(lineToRecord(line)).toBeUndefined()
  expect(lineToFeedback('{"id":"gen-1","time":1,"model":"m"}')).toBeUndefined()
  expect(lineToFeedback(line.slice(0, -3))).toBeUndefined()
})
