import { describe, expect, it } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { CheckBook } from '../../../../src/outcomes/quality/check-book.ts'
import type { Opinion } from '../../../../src/outcomes/quality/opinion.ts'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'

const DAY_MS = 86_400_000
const verdict = { check: 'tests', passed: true, expected: 0.5, reliability: 0.95 }

describe('how often a check is right', () => {
  it('is as declared before there are opinions', () => {
    expect(new CheckBook().read('m', 'tests', 0.95, 0)).toEqual({ reliability: 0.95, opinions: 0 })
  })

  it.each([
    [0.6, 0.7],
    [0.9, 0.7],
    [0.8, 0.95],
  ])('is learned from those alone that passed (good answers: %d, right verdicts: %d)', (good, right) => {
    const book = new CheckBook()
    const random = seeded(3)
    for (let at = 0; at < 4000; at++) {
      const score = random() < good ? 1 : 0
      const passed = random() < right === (score === 1)
      const { reliability } = book.read('m', 'tests', 0.85, at)
      if (passed) book.learn('m', { check: 'tests', passed, expected: good, reliability }, score, 1, at)
    }
    expect(Math.abs(book.read('m', 'tests', 0.85, 4000).reliability - right)).toBeLessThan(0.08)
  })

  it('is one of each model, stays above a coin, and fades to what was declared', () => {
    const book = new CheckBook()
    for (let at = 0; at < 200; at++) book.learn('m', verdict, 0, 1, at)
    expect(book.read('m', 'tests', 0.95, 200).reliability).toBe(0.55)
    expect(book.read('other', 'tests', 0.95, 200).reliability).toBe(0.95)
    expect(book.read('m', 'tests', 0.95, 600 * DAY_MS).reliability).toBeCloseTo(0.95, 3)
  })

  it('is hardly moved for others by what one client says, and fully for itself', () => {
    const book = new CheckBook()
    const tell = (client: string, score: number, times: number) => {
      for (let at = 0; at < times; at++) book.learn('m', { ...verdict, client }, score, 1, at)
    }
    tell('hostile', 0, 2000)
    const read = (client?: string) => book.read('m', 'tests', 0.95, 2000, client).reliability
    expect(read('hostile')).toBe(0.55)
    expect(read('other')).toBeGreaterThan(0.7)
    for (let each = 0; each < 10; each++) tell(`client ${each}`, 1, 20)
    expect(read('other')).toBeGreaterThan(0.8)
    const again = new CheckBook()
    again.decode(book.encode() as unknown[][])
    for (const client of ['hostile', 'other', 'client 3'])
      expect(again.read('m', 'tests', 0.95, 2000, client).reliability).toBeCloseTo(read(client), 5)
  })

  it('remembers so many clients of a check at most', () => {
    const book = new CheckBook()
    for (let each = 0; each < 200; each++) book.learn('m', { ...verdict, client: `client ${each}` }, 1, 1, each)
    expect(book.encode()).toHaveLength(50)
    book.learn('m', { ...verdict, client: 'client 199' }, 1, -1, 199)
    expect(book.read('m', 'tests', 0.95, 199, 'client 199').opinions).toBeCloseTo(49, 2)
  })

  it('is found again after one client has said of everything that it is bad', () => {
    const book = new CheckBook()
    const learn = (score: number, at: number) =>
      book.learn(
        'm',
        { ...verdict, expected: 0.9, reliability: book.read('m', 'tests', 0.95, at).reliability },
        score,
        1,
        at,
      )
    for (let at = 0; at < 2000; at++) learn(0, at)
    expect(book.read('m', 'tests', 0.95, 2000).reliability).toBe(0.55)
    for (let at = 2000; at < 4000; at++) learn(1, at)
    expect(book.read('m', 'tests', 0.95, 4000).reliability).toBeGreaterThan(0.7)
  })

  it('counts in favour of a check that kept what was bad', () => {
    const book = new CheckBook()
    for (let at = 0; at < 50; at++) book.learn('m', { ...verdict, passed: false }, 0, 1, at)
    expect(book.read('m', 'tests', 0.8, 50).reliability).toBeGreaterThan(0.9)
  })
})

describe('an opinion with verdicts', () => {
  const opinion: Opinion = { model: 'm', class: 'c', score: 0, weight: 1, implied: false, at: 1, verdicts: [verdict] }
  const of = (book: QualityBook) => book.reliability('m', 'tests', 0.95, 1)

  it('is replaced by the next one on the same answer, also after a restart', () => {
    const book = new QualityBook()
    book.recordFeedback('id', opinion)
    const before = of(book)
    expect(before).toMatchObject({ opinions: 1, reliability: expect.closeTo(0.95 - 0.045, 2) })
    const restarted = new QualityBook()
    restarted.decode(JSON.parse(JSON.stringify(book.encode())))
    expect(of(restarted)).toEqual(before)
    restarted.recordFeedback('id', { ...opinion, score: 1 })
    expect(of(restarted)).toMatchObject({ opinions: 1 })
    expect(of(restarted).reliability).toBeGreaterThan(0.95)
  })

  it('is learned from where it was not given', () => {
    const [here, there] = [new QualityBook(), new QualityBook()]
    here.onDelta = (delta) => there.merge(delta)
    here.recordFeedback('id', opinion)
    expect(of(there)).toEqual(of(here))
  })

  it('leaves out what makes no sense in a state', () => {
    const book = new QualityBook()
    book.decode({
      checks: [['m\ntests', 1, 'x', 0, 0], 7, ['m\ntests', 1, 2]],
      given: [['id', 'm', 'c', null, 0, 1, false, 1, 1, null, [{}]]],
    })
    expect(of(book)).toEqual({ reliability: 0.95, opinions: 0 })
  })
})
