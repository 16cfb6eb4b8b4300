import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CustomInputReader } from '../../../../../../src/wire/wires/openai-responses/convert/custom-input.ts'

function read(pieces: readonly string[]): { deltas: string; input: string } {
  const reader = new CustomInputReader()
  const deltas = [...pieces.map((piece) => reader.feed(piece)), reader.end()].join('')
  return { deltas, input: reader.input }
}

describe('the input of a custom tool', () => {
  it('is the same however its arguments are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(200)), fc.boolean(), (input, places, isAscii) => {
        const json = JSON.stringify({ input })
        const text = isAscii ? json.replace(/[\u007f-\uffff]/g, escaped) : json
        const cuts = [0, ...places.map((place) => place % text.length).sort((a, b) => a - b), text.length]
        const pieces = cuts.slice(1).map((end, at) => text.slice(cuts[at], end))
        expect(read(pieces)).toEqual({ deltas: input, input })
      }),
    )
  })

  it.each([
    ['another name', '{"patch":"a"}', 'a'],
    ['plain text', '*** Begin Patch', '*** Begin Patch'],
    ['nothing', '', ''],
    ['an empty object', '{}', ''],
    ['a line break that is not escaped', '{"input":"a\nb"}', 'a\nb'],
    ['arguments that broke off', '{"input":"a\\n', 'a\n'],
    ['more than one text', '{"a":"b","c":"d"}', '{"a":"b","c":"d"}'],
    ['the input after something else', '{"a":"b","input":"d"}', 'd'],
  ])('may come as %s', (_what, text, input) => {
    expect(read([text])).toEqual({ deltas: input, input })
  })
})

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
