import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../../src/base/byte-budget.ts'
import { NdjsonParser } from '../../../../src/wire/framing/ndjson.ts'
import { callOf, codec, contextOf, dataOf, run } from '../support.ts'

const dataIn = (parser: NdjsonParser, text: string): (string | undefined)[] =>
  parser.push(Buffer.from(text)).map(({ data }) => data)

describe('lines of JSON', () => {
  it('are events, wherever the chunks are cut', () => {
    const text = '{"a":1}\r\n\n{"b":"é"}\n{"c":3}'
    for (let size = 1; size <= text.length; size++) {
      const parser = new NdjsonParser()
      const bytes = Buffer.from(text)
      const events = []
      for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)))
      const last = parser.end()
      if (last) events.push(last)
      expect(events.filter(({ blank }) => !blank).map(({ data }) => data)).toEqual(['{"a":1}', '{"b":"é"}', '{"c":3}'])
    }
  })

  it('that are too long, or for which no room is left, end it', () => {
    const long = new NdjsonParser({ maxEventBytes: 8 })
    expect([dataIn(long, '{"a":1}\n{"a":1'), long.overflow]).toEqual([['{"a":1}'], undefined])
    expect([dataIn(long, '11}\n'), long.overflow]).toEqual([[], 'event'])
    const budget = new ByteBudget(10)
    const crowded = new NdjsonParser({ budget })
    expect([dataIn(crowded, '12345678'), crowded.overflow, budget.used]).toEqual([[], undefined, 8])
    expect([dataIn(crowded, '12345678'), crowded.overflow, budget.used]).toEqual([[], 'budget', 0])
  })

  it('give back what they held when the stream is left', () => {
    const budget = new ByteBudget(100)
    const parser = new NdjsonParser({ budget })
    parser.push(Buffer.from('{"a'))
    parser.close()
    expect(budget.used).toBe(0)
  })
})

it("a stream of lines becomes a stream of the client's events", () => {
  const chunk = (delta: object, finish_reason: string | null) =>
    JSON.stringify({ id: 'c-1', choices: [{ index: 0, delta, finish_reason }] })
  const lines = Buffer.from(`${chunk({ content: 'Hi' }, null)}\n${chunk({}, 'stop')}\n`)
  const { bytes, reading } = run(codec.stream('ndjson', contextOf(callOf('openai-chat', {}))), [lines])
  expect(dataOf(bytes).map(({ choices }) => choices)).toHaveLength(2)
  expect(bytes).toMatch(/^data: \{[\s\S]*\n\ndata: \[DONE\]\n\n$/)
  expect(reading).toMatchObject({ started: true, finished: true, finishReason: 'stop' })
})
