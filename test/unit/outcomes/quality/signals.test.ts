import { expect, test } from 'vitest'
import { likeness, type Signs, sketchOf } from '../../../../src/base/signs.ts'
import { Signals, type SignalsWanted } from '../../../../src/outcomes/quality/signals.ts'

const WANTED = { repeats: true, tools: true, words: true }
const said = (text: string, more: Partial<Signs> = {}): Signs => {
  const last = sketchOf(text)
  return { messages: text, ...(last && { last }), toolFailed: false, toolRepeated: false, ...more }
}
const QUESTION = 'How do I sort a list of dictionaries by a key in Python?'
const REPHRASED = 'How can I sort a list of dictionaries by a key in python please'
const OTHER = 'And how do I write the result into a file with tabs between the columns?'

/** What the second of two requests says of the first one's answer; each is answered within a second. */
function impliedBy(second: Signs, after = 10_000, wanted: SignalsWanted = WANTED, first = said(QUESTION)) {
  const signals = new Signals<string>()
  expect(signals.take('c', first, wanted, 0, 'a', 1000)).toBeUndefined()
  expect(signals.take('other', second, wanted, 1000 + after, 'x', 2000 + after)).toBeUndefined()
  const implied = signals.take('c', second, wanted, 1000 + after, 'b', 2000 + after)
  return implied && [implied.answer, implied.signal, implied.score]
}

test('asking again, failing tools and words tell how good the answer before was', () => {
  expect(impliedBy(said(QUESTION))).toEqual(['a', 'repeated', 0])
  expect(impliedBy(said(REPHRASED))).toEqual(['a', 'rephrased', 0])
  expect(impliedBy(said(OTHER))).toEqual(['a', 'went_on', 1])
  expect(impliedBy(said('', { toolFailed: true }))).toEqual(['a', 'tool_failed', 0])
  expect(impliedBy(said('', { toolRepeated: true, toolFailed: true }))).toEqual(['a', 'tool_repeated', 0])
  expect(impliedBy(said('Thanks!', { tone: 'thanks' }))).toEqual(['a', 'thanks', 1])
  expect(impliedBy(said('Wrong.', { tone: 'complaint' }))).toEqual(['a', 'complaint', 0])
})

test('what comes late, at the same time, or is not wanted says nothing', () => {
  expect(impliedBy(said(QUESTION), 121_000)).toBeUndefined()
  expect(impliedBy(said(REPHRASED), 121_000)).toEqual(['a', 'went_on', 1])
  expect(impliedBy(said(OTHER), 1_801_000)).toBeUndefined()
  expect(impliedBy(said(QUESTION), -500)).toBeUndefined()
  const nothing = { repeats: false, tools: false, words: false }
  for (const signs of [said(QUESTION), said(REPHRASED), said('', { toolFailed: true }), said('x', { tone: 'thanks' })])
    expect(impliedBy(signs, 10_000, nothing)).toBeUndefined()
})

test('a machine that asks the same for ever says nothing', () => {
  const signals = new Signals<number>()
  const signs = said(QUESTION)
  const counted = Array.from({ length: 10 }, (_, at) =>
    signals.take('c', signs, WANTED, at * 1000, at, at * 1000 + 500),
  )
  expect(counted.filter((implied) => implied?.signal === 'repeated')).toHaveLength(3)
})

test('a request that failed leaves the answer before it in its place', () => {
  const signals = new Signals<string>()
  signals.take('c', said(QUESTION), WANTED, 0, 'a', 1000)
  expect(signals.take('c', said(OTHER), WANTED, 2000, undefined, 3000)?.answer).toBe('a')
  expect(signals.take('c', said(REPHRASED), WANTED, 4000, 'b', 5000)?.answer).toBe('a')
})

test('sketches tell likeness, and very short texts have none', () => {
  const of = (a: string, b: string) => likeness(sketchOf(a)!, sketchOf(b)!)
  expect(of(QUESTION, QUESTION.toUpperCase().replace('?', '!'))).toBe(1)
  expect(of(QUESTION, REPHRASED)).toBeGreaterThan(0.5)
  expect(of(QUESTION, OTHER)).toBeLessThan(0.3)
  expect(sketchOf('go on')).toBeUndefined()
})
