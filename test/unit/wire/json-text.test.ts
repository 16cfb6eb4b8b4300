import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hasOddNumbers,
  parseExact,
  parseExactTools,
  toolArguments,
  toolInput,
  toolInputOrWrapped,
} from '../../../src/wire/json-text.ts'
import { runs } from '../../helpers/properties.ts'

const digits = fc.stringMatching(/^[1-9]\d{0,24}$/)
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), digits),
    fc.stringMatching(/^(\.\d{1,20})?$/),
    fc.stringMatching(/^([eE][+-]?\d{1,3})?$/),
  )
  .map((parts) => parts.join(''))

describe('numbers keep their text', () => {
  it.each(['2512292042121000001', '1e400', '-0', '1.0', '1.50', '1E2', '0.0000001', '123456.12345678901', '-0.0'])(
    '%s',
    (text) => {
      expect(JSON.stringify(parseExact(`{"a":[${text}]}`))).toBe(`{"a":[${text}]}`)
    },
  )

  it('any number, anywhere', () => {
    fc.assert(
      fc.property(numberText, fc.constantFrom('', ' ', '\n'), (text, space) => {
        expect(JSON.stringify(parseExact(`[${space}${text},{"a":${space}${text}}]`))).toBe(`[${text},{"a":${text}}]`)
      }),
      { numRuns: runs(500) },
    )
  })

  it('only inside of tools, so that others read plain numbers', () => {
    const body = parseExactTools('{"max_tokens":1e3,"messages":[{"input":{"id":2512292042121000001}}]}')
    expect(body).toMatchObject({ max_tokens: 1000 })
    expect(JSON.stringify(body)).toBe('{"max_tokens":1000,"messages":[{"input":{"id":2512292042121000001}}]}')
  })

  it('costs no second look where there is nothing odd', () => {
    expect(hasOddNumbers('{"a":[0,10,-3,1.5,123456789]}')).toBe(false)
  })
})

describe('what a model says to a tool', () => {
  it('is unwrapped once, and never lost', () => {
    expect(toolInput('"{\\"city\\":\\"Oslo\\"}"')).toEqual({ city: 'Oslo' })
    expect(toolInput(' ')).toEqual({})
    expect(toolInputOrWrapped('{"a":')).toEqual({ INVALID_JSON: '{"a":' })
    expect(toolArguments('{"a": 1.0}')).toBe('{"a": 1.0}')
    expect(toolArguments('"{\\"a\\":1}"')).toBe('{"a":1}')
    expect(toolArguments([1])).toBe('{"INVALID_JSON":[1]}')
  })
})
