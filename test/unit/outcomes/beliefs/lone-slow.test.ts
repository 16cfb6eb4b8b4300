import { describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { NOW, outcome } from '../helpers.ts'

const SMALL = 'chat.lt1k.plain'
const LARGE = 'chat.lt4k.plain'
const SECOND = 1000

const bookOf = (...answers: readonly (readonly [workload: string, ttftMs: number])[]) => {
  const book = new OutcomeBook()
  for (const [at, [workload, ttftMs]] of answers.entries())
    book.record(outcome({ class: workload, at: NOW + at * SECOND, ttftMs, totalMs: ttftMs + 2000 }))
  return book
}
const believed = (book: OutcomeBook, workload: string) =>
  Math.exp(book.beliefs('a/m', workload, NOW + 60 * SECOND, { stream: true }).ttft.mean)

describe('an answer that is far slower than an endpoint usually is', () => {
  it('says nothing of a class in which it is the only one', () => {
    expect(believed(bookOf([LARGE, 500], [SMALL, 9500]), SMALL)).toBeLessThan(800)
    expect(believed(bookOf([LARGE, 500], [SMALL, 500], [SMALL, 9500], [SMALL, 500]), SMALL)).toBeLessThan(800)
  })

  it('is believed with a second one', () => {
    expect(believed(bookOf([LARGE, 500], [LARGE, 500], [SMALL, 9500], [SMALL, 9500]), SMALL)).toBeGreaterThan(2500)
  })

  it('is believed of an endpoint of which nothing else is known, and among many others', () => {
    expect(believed(bookOf([SMALL, 9500]), SMALL)).toBeGreaterThan(2500)
    const many = Array.from({ length: 6 }, () => [SMALL, 500] as const)
    expect(believed(bookOf(...many, [SMALL, 9500]), SMALL)).toBeGreaterThan(believed(bookOf(...many), SMALL) * 1.3)
  })
})
