import { expect, test } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { CLASS, fault, NOW, outcome } from '../helpers.ts'

const ASKED = { stream: true, listed: true }

/** Of an endpoint that is well known. */
function known() {
  const book = new OutcomeBook()
  for (let i = 0; i < 40; i++) book.record(outcome({ endpoint: 'a/m', at: NOW, ttftMs: 300, tokensPerSecond: 50 }))
  return { book, beliefs: (now = NOW, asked: object = ASKED) => book.beliefs('a/m', CLASS, now, asked) }
}

test('what is believed is given again while nothing was learned', () => {
  const { beliefs } = known()
  const first = beliefs()
  expect(beliefs(NOW + 4000)).toBe(first)
})

test('it is formed anew by an outcome of any class, and after five seconds', () => {
  const { book, beliefs } = known()
  const first = beliefs()
  expect(beliefs(NOW + 5000)).not.toBe(first)
  const before = beliefs(NOW + 5000)
  book.record(outcome({ endpoint: 'a/m', class: 'chat.more.plain', at: NOW + 5000 }))
  expect(beliefs(NOW + 5000)).not.toBe(before)
})

test('it is formed for each kind of request', () => {
  const { beliefs } = known()
  const first = beliefs()
  expect(beliefs(NOW, { stream: false, listed: true })).not.toBe(first)
  const prior = { mean: Math.log(5000), kappa: 1000 }
  expect(beliefs(NOW, { ...ASKED, ttftPrior: prior }).ttft.mean).toBeGreaterThan(beliefs().ttft.mean + 1)
})

test('a map has a say at once', () => {
  const { book, beliefs } = known()
  beliefs()
  book.prior = { find: () => ({ ttft: { mean: Math.log(5000), kappa: 1000 } }) }
  expect(beliefs().ttft.from).toBe('map')
})

test('an outage and a stall fade from one moment to the next', () => {
  const { book, beliefs } = known()
  for (let i = 0; i < 5; i++) book.record(fault({ endpoint: 'a/m', at: NOW }))
  const first = beliefs(NOW + 1000)
  expect(beliefs(NOW + 2000)).not.toBe(first)
  for (const at of [NOW + 2500, NOW + 3000])
    book.record(outcome({ endpoint: 'a/m', at, ttftMs: 9000, tokensPerSecond: 50 }))
  const stalled = beliefs(NOW + 3000)
  expect(beliefs(NOW + 4000).stall).toBeLessThan(stalled.stall)
})
