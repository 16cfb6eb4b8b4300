import { expect, test } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'

const NOW = 1_750_000_000_000
const CLASS = 'chat.lt1k.plain'
const PEERS = ['a/m', 'b/m', 'c/m']

const answer = (endpoint: string, outputTokens: number) => ({
  endpoint,
  class: CLASS,
  kind: 'ok' as const,
  at: NOW,
  stream: true,
  ttftMs: 500,
  totalMs: 2500,
  tokensPerSecond: 50,
  usage: { inputTokens: 100, outputTokens },
})

function record(book: OutcomeBook, endpoint: string, outputTokens: number, times = 30): void {
  for (let i = 0; i < times; i++) book.record(answer(endpoint, outputTokens))
}

test('an endpoint is compared with the others, itself taken out, whether or not it is among those named', () => {
  const book = new OutcomeBook()
  record(book, 'a/m', 99)
  record(book, 'b/m', 399)
  const ratio = (peers: readonly string[]) => book.beliefs('a/m', CLASS, NOW, { stream: true, peers }).lengthRatio
  expect(ratio(PEERS)).toBeCloseTo(0.25, 6)
  expect(ratio(['b/m', 'c/m'])).toBeCloseTo(0.25, 6)
})

test('what was learned at the same moment counts', () => {
  const book = new OutcomeBook()
  record(book, 'a/m', 99)
  record(book, 'b/m', 99)
  const ratioOf = (endpoint: string) => book.beliefs(endpoint, CLASS, NOW, { stream: true, peers: PEERS }).lengthRatio
  expect(ratioOf('a/m')).toBeCloseTo(1, 6)
  record(book, 'c/m', 399)
  expect(ratioOf('b/m')).toBeCloseTo(0.5, 6)
})
