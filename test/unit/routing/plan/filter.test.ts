import { describe, expect, test } from 'vitest'
import type { DataPolicy, Endpoint } from '../../../../src/plugins/api.ts'
import { type FilterInput, filterRoutes, matches } from '../../../../src/routing/plan/filter.ts'
import type { Demand } from '../../../../src/routing/ports.ts'
import { parsePreferences } from '../../../../src/routing/resolve/preferences.ts'
import { routeTo } from '../support.ts'

const DEMAND: Demand = { parameters: [], structured: false, images: false, textBytes: 400, maxOutputTokens: undefined }

type Case = Partial<Omit<FilterInput, 'preferences' | 'demand'>> & { provider?: unknown; demand?: Partial<Demand> }

function filter(routes: ReturnType<typeof routeTo>[], { provider, demand, ...more }: Case = {}) {
  const input = {
    model: 'm',
    inputTokens: 100,
    operation: 'chat' as const,
    wire: 'openai-chat',
    speaks: () => true,
    limit: () => undefined,
  }
  const { eligible, excluded } = filterRoutes(routes, {
    ...input,
    preferences: parsePreferences(provider),
    demand: { ...DEMAND, ...demand },
    ...more,
  })
  return [
    eligible.map((route) => route.provider.id),
    Object.fromEntries(excluded.map((each) => [each.endpoint.split('/')[0], each.reason])),
  ]
}

const pair = (a: Partial<Endpoint> = {}, b: Partial<Endpoint> = {}) => [routeTo('a', a), routeTo('b', b)]
const policy = (dataPolicy: DataPolicy): Partial<Endpoint> => ({ dataPolicy })
const price = (prompt: number, completion: number) => ({ price: { prompt, completion } })

describe('hard constraints', () => {
  test.each<[string, Partial<Endpoint>, Case, string | undefined]>([
    ['nothing asked', {}, {}, undefined],
    ['only another', {}, { provider: { only: ['b'] } }, 'only'],
    ['only this, in other letters', {}, { provider: { only: ['A'] } }, undefined],
    ['ignored', {}, { provider: { ignore: ['a'] } }, 'ignore'],
    ['not in the order', {}, { provider: { order: ['b'] } }, undefined],
    ['not in the order, without fallbacks', {}, { provider: { order: ['b'], allow_fallbacks: false } }, 'order'],
    ['in the order, without fallbacks', {}, { provider: { order: ['b', 'a'], allow_fallbacks: false } }, undefined],
    ['no order, without fallbacks', {}, { provider: { allow_fallbacks: false } }, undefined],
    ['zdr', {}, { provider: { zdr: true } }, 'data_policy:zdr'],
    ['no data collection', {}, { provider: { data_collection: 'deny' } }, 'data_policy:training'],
    ['zdr, kept', policy({ zdr: false }), { provider: { zdr: true } }, 'data_policy:zdr'],
    ['zdr, nothing kept', policy({ zdr: true }), { provider: { zdr: true } }, undefined],
    ['not trained on', policy({ dataCollection: 'deny' }), { provider: { data_collection: 'deny' } }, undefined],
    ['not trained on, but kept', policy({ dataCollection: 'deny' }), { provider: { zdr: true } }, 'data_policy:zdr'],
    ['nothing kept to train on', policy({ zdr: true }), { provider: { data_collection: 'deny' } }, undefined],
    [
      'trained on',
      policy({ dataCollection: 'allow' }),
      { provider: { data_collection: 'deny' } },
      'data_policy:training',
    ],
    ['unknown region', {}, { provider: { region: 'eu' } }, 'data_region'],
    ['in the region of its provider', policy({ region: 'eu' }), { provider: { region: 'EU' } }, undefined],
    ['in one of the regions', policy({ region: 'us' }), { provider: { region: ['eu', 'us'] } }, undefined],
    ['in a part of the region', { region: 'eu-west-1' }, { provider: { region: 'eu' } }, undefined],
    [
      'elsewhere, whatever it is named after',
      { ...policy({ region: 'us' }), region: 'eu' },
      { provider: { region: 'eu' } },
      'data_region',
    ],
    ['only of a provider’s region', policy({ region: 'eu' }), { provider: { only: ['a/eu'] } }, undefined],
    ['quantization asked for', { quantization: 'FP8' }, { provider: { quantizations: ['fp8'] } }, undefined],
    ['scaled variant of one asked for', { quantization: 'mxfp4' }, { provider: { quantizations: ['fp4'] } }, undefined],
    ['bf16 is no variant of fp16', { quantization: 'bf16' }, { provider: { quantizations: ['fp16'] } }, 'quantization'],
    ['unknown quantization', {}, { provider: { quantizations: ['fp8'] } }, 'quantization'],
    ['unknown quantization asked for', {}, { provider: { quantizations: ['unknown'] } }, undefined],
    ['price at the limit', price(1, 2), { provider: { max_price: { prompt: '1', completion: 2 } } }, undefined],
    ['dear prompt', price(1.1, 0), { provider: { max_price: { prompt: 1 } } }, 'max_price'],
    ['dear completion', price(0, 2.1), { provider: { max_price: { completion: '2' } } }, 'max_price'],
    ['no price per request', price(1, 2), { provider: { max_price: { request: 0 } } }, undefined],
    ['unknown price', {}, { provider: { max_price: { prompt: 100 } } }, 'max_price'],
    ['just fits', { contextLength: 100 }, {}, undefined],
    ['does not fit', { contextLength: 99 }, {}, 'context_length'],
    ['input and output do not fit', { contextLength: 1000 }, { demand: { maxOutputTokens: 901 } }, 'context_length'],
    [
      'output is bounded anyway',
      { contextLength: 1000, maxOutputTokens: 900 },
      { demand: { maxOutputTokens: 5000 } },
      'max_output_tokens',
    ],
    ['images unread', { inputModalities: ['text'] }, { demand: { images: true } }, 'input_modalities'],
    ['sound not taken', { inputModalities: ['text', 'image'] }, { demand: { audio: true } }, 'input_modalities'],
    ['images perhaps read', {}, { demand: { images: true } }, undefined],
    ['unsupported, not required', { parameters: [] }, { demand: { parameters: ['seed'] } }, undefined],
    [
      'unsupported',
      { parameters: [] },
      { demand: { parameters: ['seed'] }, provider: { require_parameters: true } },
      'require_parameters',
    ],
    ['unknown', {}, { demand: { parameters: ['seed'] }, provider: { require_parameters: true } }, 'require_parameters'],
    [
      'the other name of the limit',
      { parameters: ['max_tokens'] },
      { demand: { parameters: ['max_completion_tokens'] }, provider: { require_parameters: true } },
      undefined,
    ],
    ['does not speak it', {}, { speaks: (route) => route.provider.id !== 'a' }, 'wire'],
    ['a chat with what ranks', { outputModalities: ['rerank'] }, {}, 'operation'],
    ['images of what speaks', { outputModalities: ['speech'] }, { operation: 'image' }, 'operation'],
    ['edits of what draws', { outputModalities: ['image'], parameters: [] }, { operation: 'image_edit' }, undefined],
    ['a chat with what draws', { outputModalities: ['image'], parameters: [] }, {}, 'operation'],
    ['a chat with what may draw in chats', { outputModalities: ['image'] }, {}, undefined],
    ['a chat with what writes as well', { outputModalities: ['text', 'embeddings'] }, {}, undefined],
    ['a session with what transcribes', { outputModalities: ['transcription'] }, { operation: 'realtime' }, undefined],
    ['over its limit', {}, { limit: (route) => (route.provider.id === 'a' ? 'rpm' : undefined) }, 'rate_limited'],
  ])('%s: %o', (_, endpoint, asked, reason) => {
    const [, excluded] = filter(pair(endpoint, { ...endpoint, maxOutputTokens: 100_000 }), asked)
    expect((excluded as Record<string, string>).a).toBe(reason)
  })
})

test('tools exclude those known not to support them, as soon as one does; unknown ones stay', () => {
  const routes = [
    routeTo('yes', { parameters: ['tools'] }),
    routeTo('no', { parameters: ['seed'] }),
    routeTo('unknown'),
  ]
  expect(filter(routes, { demand: { parameters: ['tools'] } })).toEqual([
    ['yes', 'unknown'],
    { no: 'require_parameters' },
  ])
  expect(filter(routes.slice(1), { demand: { parameters: ['tools'] } })).toEqual([['no', 'unknown'], {}])
})

test('too short an output excludes only while another writes more', () => {
  const demand = { maxOutputTokens: 500 }
  expect(filter(pair({ maxOutputTokens: 100 }, { maxOutputTokens: 500 }), { demand })).toEqual([
    ['b'],
    { a: 'max_output_tokens' },
  ])
  expect(filter(pair({ maxOutputTokens: 100 }, { maxOutputTokens: 200 }), { demand })).toEqual([['a', 'b'], {}])
})

test('the first constraint that is broken is the one that is named', () => {
  const asked = { provider: { ignore: ['a'], zdr: true, max_price: { prompt: 0 } }, limit: () => 'rpm' }
  expect(filter(pair(), asked)).toEqual([[], { a: 'ignore', b: 'data_policy:zdr' }])
})

test.each([
  ['azure', true],
  ['azure/eu', true],
  ['azure/us', false],
  ['azure/', false],
  ['openai', false],
])('a name in provider{}: %s', (name, expected) => {
  expect(matches(routeTo('Azure', { region: 'EU' }), name)).toBe(expected)
})
