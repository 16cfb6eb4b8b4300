import { describe, expect, it } from 'vitest'
import { likeness } from '../../../../src/app/checking/likeness.ts'
import type { AnswerParts } from '../../../../src/wire/read/hub-view.ts'

const said = (text: string): AnswerParts => ({ text, toolCalls: [], refusal: undefined, finishReason: 'stop' })
const called = (...toolCalls: [name: string, given: string][]): AnswerParts => ({
  ...said(''),
  toolCalls: toolCalls.map(([name, given]) => ({ name, arguments: given })),
})

describe('how alike two answers are', () => {
  it.each([
    ['short ones, but for case and signs', said('Paris.'), said('paris'), 1],
    ['short ones', said('42'), said('43'), 0],
    ['a short and a long one', said('42'), said('It is forty-two, or so I was told by someone else.'), 0],
    ['JSON, whatever its order', said('{"a":1,"b":[2,3]}'), said(' { "b": [2, 3], "a": 1 }'), 1],
    ['JSON', said('{"a":1}'), said('{"a":2}'), 0],
    ['JSON and prose', said('{"a":1}'), said('a is 1'), 0],
    ['calls, in any order', called(['f', '{"x":1}'], ['g', '{}']), called(['g', '{ }'], ['f', '{"x": 1}']), 1],
    ['calls of other arguments', called(['f', '{"x":1}']), called(['f', '{"x":2}']), 0],
    ['a call and none', called(['f', '{}']), said('no'), 0],
  ])('%s', (_, one, other, expected) => {
    expect(likeness(one, other)).toBe(expected)
    expect(likeness(other, one)).toBe(expected)
  })

  it('is the share of common words in prose, in any script', () => {
    const one = said('The river rises in the mountains and flows through five countries into the sea.')
    const other = said('The river rises in the hills and flows through six countries into the sea.')
    expect(likeness(one, other)).toBeCloseTo(24 / 28, 2)
    expect(likeness(one, said('Nobody has ever seen a cat that was able to play chess well.'))).toBeLessThan(0.2)
    const chinese = said('这条河发源于山区，流经五个国家，最后流入大海。')
    expect(likeness(chinese, said('这条河发源于山区，流经六个国家，最后流入大海。'))).toBeGreaterThan(0.7)
  })
})
