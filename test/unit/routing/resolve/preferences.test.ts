import { describe, expect, test } from 'vitest'
import { NO_PREFERENCES, parsePreferences } from '../../../../src/routing/resolve/preferences.ts'

test.each([
  undefined,
  null,
  {},
  { order: null, sort: null, max_price: null, zdr: false, data_collection: 'allow', unknown_field: 1 },
])('%j asks for nothing', (value) => expect(parsePreferences(value)).toEqual(NO_PREFERENCES))

describe('what is read', () => {
  test.each<[object, object]>([
    [{ order: ['OpenAI', 'azure/EU'] }, { order: ['openai', 'azure/eu'] }],
    [{ only: [] }, { only: [] }],
    [{ allow_fallbacks: false }, { allowFallbacks: false }],
    [
      { max_price: { prompt: '0.5', completion: 1, request: null, image: 'x' } },
      { maxPrice: { prompt: 0.5, completion: 1 } },
    ],
    [{ sort: 'price' }, { sort: 'price', partition: 'model' }],
    [{ sort: { by: 'latency', partition: 'none' } }, { sort: 'latency', partition: 'none' }],
    [{ sort: 'exacto' }, { sort: 'exacto', partition: 'model' }],
    [{ sort: { by: 'exacto', partition: 'none' } }, { sort: 'exacto', partition: 'none' }],
    [{ sort: { by: null, partition: 'none' } }, { partition: 'none' }],
    [{ zdr: true, data_collection: 'deny' }, { dataPolicy: 'zdr' }],
    [{ data_collection: 'deny' }, { dataPolicy: 'training' }],
    [{ region: 'EU' }, { regions: ['eu'] }],
    [{ region: ['eu', 'us-east-1'] }, { regions: ['eu', 'us-east-1'] }],
    [{ quantizations: ['FP8'] }, { quantizations: ['fp8'] }],
    [
      { preferred_min_throughput: '50', preferred_max_latency: { p90: 3 } },
      { preferredMinThroughput: 50, preferredMaxLatency: 3 },
    ],
    [{ preferred_max_latency: { p90: 3, p50: 1 } }, { preferredMaxLatency: 1 }],
  ])('%j', (value, expected) => expect(parsePreferences(value)).toEqual({ ...NO_PREFERENCES, ...expected }))
})

describe('what is refused, by name', () => {
  test.each<[unknown, string]>([
    [[], '"provider" must be an object'],
    ['openai', '"provider" must be an object'],
    [{ order: 'openai' }, '"provider.order" must be an array of strings'],
    [{ only: [1] }, '"provider.only"'],
    [{ ignore: Array(257).fill('x') }, '"provider.ignore" must be an array of at most 256 strings'],
    [{ allow_fallbacks: 'no' }, '"provider.allow_fallbacks" must be true or false'],
    [{ require_parameters: 1 }, '"provider.require_parameters"'],
    [{ max_price: 3 }, '"provider.max_price" must be an object'],
    [{ max_price: { prompt: '' } }, '"provider.max_price.prompt" must be a number of zero or more'],
    [{ max_price: { prompt: '1 USD' } }, '"provider.max_price.prompt"'],
    [{ max_price: { completion: -1 } }, '"provider.max_price.completion"'],
    [{ max_price: { request: 'Infinity' } }, '"provider.max_price.request"'],
    [{ sort: 'constructor' }, '"provider.sort" must be "price"'],
    [{ sort: { by: 'price', partition: 'all' } }, '"provider.sort.partition"'],
    [{ region: 1 }, '"provider.region"'],
    [{ data_collection: 'no' }, '"provider.data_collection"'],
    [{ preferred_max_latency: 'fast' }, '"provider.preferred_max_latency"'],
  ])('%o', (value, reason) => {
    expect(() => parsePreferences(value)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
    )
  })
  test('without repeating much of it', () => {
    expect(() => parsePreferences({ sort: 'x'.repeat(1e6) })).toThrow(
      expect.objectContaining({ message: expect.toSatisfy((text: string) => text.length < 200) }),
    )
  })
})
