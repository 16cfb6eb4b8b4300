import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { requestedModels, resolve } from '../../../../src/routing/resolve/resolve.ts'
import { catalogueOf } from '../support.ts'

const catalogue = catalogueOf({
  small: [{ model: 'big' }, { model: 'local/llama', provider: { sort: 'price' } }],
  big: [{ model: 'small' }],
  'odd:nitro': [],
  'org/named': [],
})
const chain = (body: JsonObject) =>
  resolve(catalogue, body).map(({ model, preferences }) =>
    preferences.sort ? `${model.name} by ${preferences.sort}` : model.name,
  )

describe('a chain', () => {
  test.each<[JsonObject, string[]]>([
    [{ model: 'big' }, ['big', 'small', 'local/llama by price']],
    [{ model: 'small' }, ['small', 'big', 'local/llama by price']],
    [{ models: ['org/named', 'odd:nitro'] }, ['org/named', 'odd:nitro']],
    [{ model: 'org/named', models: ['org/named', 'odd:nitro', 'org/named'] }, ['org/named', 'odd:nitro']],
    [
      { model: 'org/named', models: ['big'], provider: { sort: 'latency' } },
      ['org/named by latency', 'big by latency', 'small by latency', 'local/llama by price'],
    ],
    [{ model: 'org/named:floor' }, ['org/named by price']],
    [{ model: 'org/named:nitro:floor', provider: { sort: 'latency' } }, ['org/named by price']],
    [{ model: 'org/named:floor:exacto' }, ['org/named by exacto']],
    [{ model: 'org/named:exacto:floor' }, ['org/named by price']],
    [{ model: 'openrouter/meta/llama:free' }, ['openrouter/meta/llama:free']],
    [{ model: 'local/qwen3:8b:floor' }, ['local/qwen3:8b by price']],
    [{ model: 'local/a', models: null }, ['local/a']],
    // Whoever wants no fall-back gets the models that it names.
    [{ model: 'big', provider: { allow_fallbacks: false } }, ['big']],
    [{ model: 'big', models: ['org/named'], provider: { allow_fallbacks: false } }, ['big', 'org/named']],
  ])('%j', (body, expected) => expect(chain(body)).toEqual(expected))

  test('has an end', () => {
    const endless = catalogueOf(
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, [{ model: `m${(i + 1) % 40}` }]])),
    )
    expect(resolve(endless, { model: 'm0' })).toHaveLength(16)
  })
})

test('exacto ranks by a strategy: the operator’s own where the model has it', () => {
  const own = { name: 'exacto', instance: { rank: () => [] } }
  const models = new Map([
    ...catalogue.models,
    ['agent', { ...catalogue.models.get('big')!, name: 'agent', strategy: own, fallbacks: [] }],
  ])
  const strategies = resolve(
    { ...catalogue, models },
    { model: 'agent', models: ['big'], provider: { sort: 'exacto' } },
  )
  expect(strategies.map(({ strategy }) => strategy)).toEqual([own, catalogue.exacto, catalogue.exacto, undefined])
})

describe('a name that is none', () => {
  test.each([
    'nobody/model',
    'local/',
    '/local',
    'smal:floor',
    'constructor',
    'big:constructor',
    'org/named:free',
    '__proto__',
  ])('%s', (model) => {
    expect(() => resolve(catalogue, { model })).toThrow(
      expect.objectContaining({ code: 'ROUTER_MODEL_NOT_FOUND', status: 404 }),
    )
  })
  test('is answered with near ones, also when it is a later one of a chain', () => {
    expect(() => resolve(catalogue, { models: ['big', 'smal'] })).toThrow(
      /"smal" is not configured\. Did you mean "small"\?/,
    )
  })
})

test.each<[JsonObject, RegExp]>([
  [{}, /missing/],
  [{ model: '', models: [] }, /missing/],
  [{ model: 7 }, /must be a string/],
  [{ models: 'big' }, /array of strings/],
  [{ models: ['big', null] }, /array of strings/],
  [{ models: Array(17).fill('big') }, /more than 16/],
  [{ model: 'x'.repeat(257) }, /at most 256/],
])('%o is refused', (body, reason) => expect(() => requestedModels(body)).toThrow(reason))
