import { describe, expect, it } from 'vitest'
import { QUALITY_EPSILON } from '../../../../src/federation/member/report/noise.ts'
import { buildQuality } from '../../../../src/federation/member/report/quality-report.ts'
import { QualityVotes } from '../../../../src/federation/member/report/quality-votes.ts'
import type { Opinion } from '../../../../src/outcomes/quality/opinion.ts'
import { EPOCH, HOUR, START, times } from '../../../helpers/member.ts'

const PUBLIC: Readonly<Record<string, string>> = { 'a/one': 'maker/one', 'b/one': 'maker/one', 'a/two': 'maker/two' }

const opinion = (over: Partial<Opinion> = {}): Opinion => ({
  model: 'secret-alias',
  class: 'chat.lt1k.plain',
  score: 1,
  weight: 1,
  implied: false,
  at: START,
  endpoint: 'a/one',
  type: 'code',
  ...over,
})

function bookWith(now = START): QualityVotes {
  const book = new QualityVotes({ epochSeconds: 3_600, modelOf: (id) => PUBLIC[id], now })
  book.offer([...Object.keys(PUBLIC), 'private/model'])
  return book
}

const KEY = Buffer.alloc(32, 7)
const exactly = (book: QualityVotes) => buildQuality(book.rows, EPOCH, KEY, { noise: false, exact: true }).quality
const rounded = (book: QualityVotes) => buildQuality(book.rows, EPOCH, KEY, { noise: false }).quality

describe('what is counted', () => {
  it('is by canonical model and kind of work, over all its providers', () => {
    const book = bookWith()
    times(6, () => book.learn(opinion()))
    times(2, () => book.learn(opinion({ endpoint: 'b/one', score: 0 })))
    book.learn(opinion({ endpoint: 'a/two', type: 'maths', score: 0.5, weight: 0.25 }))
    expect(exactly(book)).toEqual([
      { model: 'maker/one', type: 'code', judged: 8, good: 6, checked: 0, escalated: 0 },
      { model: 'maker/two', type: 'maths', judged: 0.25, good: 0.13, checked: 0, escalated: 0 },
    ])
    expect(rounded(book)).toEqual([
      { model: 'maker/one', type: 'code', judged: 10, good: 7.5, checked: 0, escalated: 0 },
    ])
  })

  it('is nothing of what has no public name, and nothing of models that are not configured', () => {
    const book = bookWith()
    expect(book.learn(opinion({ endpoint: 'private/model' }))).toBe(false)
    expect(book.learn({ ...opinion(), endpoint: undefined as never })).toBe(false)
    book.learn(opinion())
    book.offer(['a/two'])
    expect(exactly(book)).toEqual([])
  })

  it('is an answer once: checked where it was checked, and a later opinion in place of the earlier one', () => {
    const book = bookWith()
    const first = opinion({ score: 1, weight: 0.25, implied: true })
    book.learn(first)
    book.learn(opinion({ score: 0 }), first)
    book.learn(opinion({ check: 'escalated' }))
    book.learn(opinion({ check: 'kept' }))
    expect(exactly(book)).toEqual([{ model: 'maker/one', type: 'code', judged: 1, good: 0, checked: 2, escalated: 1 }])
    // What was reported is not taken back, and not said twice.
    book.close(EPOCH, new Set(['maker/one\ncode']), START + HOUR)
    expect(book.learn(opinion({ at: START + 2 * HOUR }), first)).toBe(false)
    expect(exactly(book)).toEqual([])
    expect(book.hasReported('maker/one')).toBe(true)
    expect(book.hasReported('maker/two')).toBe(false)
  })

  it('is known again after a restart, and forgotten after a month', () => {
    const book = bookWith()
    times(3, () => book.learn(opinion()))
    const again = bookWith(START + HOUR)
    again.decode(JSON.parse(JSON.stringify(book.encode())))
    for (const nothing of [undefined, 1, [1], [['m', 'code', 1, 1, true, [1]]]]) again.decode(nothing)
    expect(exactly(again)).toEqual(exactly(book))
    // Nobody knows whether what was said before the restart was counted.
    expect(again.learn(opinion({ at: START + 2 * HOUR }), opinion())).toBe(false)
    again.close(EPOCH + 14 * 24, undefined, START)
    expect(exactly(again)).toHaveLength(1)
    again.close(EPOCH + 31 * 24, undefined, START)
    expect(exactly(again)).toEqual([])
  })
})

describe('with noise', () => {
  const noisy = (book: QualityVotes, key: Buffer) => buildQuality(book.rows, EPOCH, key, { noise: true })

  it('says the same to whoever looks twice, and something else with another key', () => {
    const book = bookWith()
    times(300, (i) => book.learn(opinion({ score: i % 4 === 0 ? 0 : 1 })))
    const one = noisy(book, KEY).quality.find(({ type, model }) => type === 'code' && model === 'maker/one')!
    expect(noisy(book, KEY).quality).toContainEqual(one)
    expect(noisy(book, Buffer.alloc(32, 8)).quality).not.toContainEqual(one)
    expect(one.judged).toBe(200)
    expect(one.good / one.judged).toBeGreaterThan(0.65)
    expect(one.good / one.judged).toBeLessThan(0.85)
  })

  it('waits for about 40 answers, and lets an empty row pass now and then, which says nothing', () => {
    let passed = 0
    times(40, (i) => {
      const book = bookWith()
      times(15, () => book.learn(opinion()))
      const { quality, spent } = noisy(book, Buffer.alloc(32, i))
      passed += spent.size
      for (const { judged, good } of quality) expect(good).toBeLessThanOrEqual(judged)
    })
    // 2 models x 17 kinds x 40 books.
    expect(passed).toBeLessThan(20)
  })

  it('has the noise of its budget', () => {
    const book = bookWith()
    times(100, () => book.learn(opinion({ score: 0.5 })))
    const draws = Array.from({ length: 400 }, (_, i) => {
      const key = Buffer.alloc(32, i % 256)
      key[0] = i >> 8
      return noisy(book, key).quality.find(({ model, type }) => model === 'maker/one' && type === 'code')!.judged
    })
    const mean = draws.reduce((sum, n) => sum + n, 0) / draws.length
    const variance = draws.reduce((sum, n) => sum + (n - mean) ** 2, 0) / draws.length
    expect(mean).toBeGreaterThan(99)
    expect(mean).toBeLessThan(101)
    // Two of scale 1 / epsilon.
    const expected = 2 * 2 * (1 / QUALITY_EPSILON.votes) ** 2
    expect(variance / expected).toBeGreaterThan(0.7)
    expect(variance / expected).toBeLessThan(1.4)
    expect(QUALITY_EPSILON.decision + QUALITY_EPSILON.votes).toBe(QUALITY_EPSILON.total)
  })
})
