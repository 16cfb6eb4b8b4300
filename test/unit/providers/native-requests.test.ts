/** What Ollama's and OpenRouter's adapters do to a request, by model and configuration. */
import { expect, test } from 'vitest'
import ollama from '../../../providers/ollama/index.ts'
import openrouter from '../../../providers/openrouter/index.ts'
import { adapterOf, callOf, endpointOf } from './exchange.ts'

test.each([
  ['qwen3:8b', false],
  ['gpt-oss:20b', false],
  ['qwen3-coder:30b', true],
  ['llama3.2', true],
])('Ollama’s %s is not asked to think: %s', async (model, dropped) => {
  const { drop = [] } = (await adapterOf(ollama, {})).quirks?.('ollama-chat', model) ?? {}
  expect(drop.includes('think')).toBe(dropped)
})

test('nothing leaves this machine, but for the models of Ollama’s cloud', async () => {
  const here = await adapterOf(ollama, {})
  expect(here.dataPolicy?.('llama3.2')).toMatchObject({ zdr: true })
  expect(here.dataPolicy?.('gpt-oss:120b-cloud')?.source).toBe('https://docs.ollama.com/cloud/faq')
  expect((await adapterOf(ollama, { base_url: 'http://10.0.0.1:11434' })).dataPolicy?.('llama3.2')).toBeUndefined()
})

test.each([
  [{ only: ['test', 'azure'] }, undefined, undefined],
  [{ only: ['azure'], order: ['test/x', 'azure'] }, undefined, { only: ['azure'], order: ['azure'] }],
  [
    { order: ['azure'], sort: 'price' },
    'google-vertex:us-east5',
    { sort: 'price', only: ['google-vertex/us-east5'], allow_fallbacks: false },
  ],
])('preferences %j with region %s go to OpenRouter as %j', async (provider, region, sent) => {
  const adapter = await adapterOf(openrouter, { api_key: 'k' })
  const call = callOf({ body: { model: 'm', messages: [], models: ['a'], provider } })
  const { body } = await adapter.prepare(call, { ...endpointOf('m'), ...(region !== undefined && { region }) })
  const { models, provider: got } = JSON.parse(String(body))
  expect(models).toBeUndefined()
  expect(got).toEqual(sent)
})
