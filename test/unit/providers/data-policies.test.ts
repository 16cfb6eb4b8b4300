/** What becomes of prompts at each service: known with its source, or known to be unknown. */
import type { JsonObject, Plugin, ProviderAdapter } from 'commonroute/plugin'
import { describe, expect, it, test } from 'vitest'
import azure from '../../../providers/azure/index.ts'
import bedrock from '../../../providers/bedrock/index.ts'
import cohere from '../../../providers/cohere/index.ts'
import gemini from '../../../providers/gemini/index.ts'
import ollama from '../../../providers/ollama/index.ts'
import { DATA_POLICIES } from '../../../providers/openai-compatible/presets/data-policies.ts'
import { PRESETS } from '../../../providers/openai-compatible/presets.ts'
import openrouter from '../../../providers/openrouter/index.ts'
import vertex from '../../../providers/vertex/index.ts'
import { adapterOf, callOf, endpointOf } from './exchange.ts'

test('every hosted preset says what is known, with its source, or that nothing is', () => {
  const hosted = Object.entries(PRESETS).filter(([, { local }]) => !local)
  expect(Object.keys(DATA_POLICIES).sort()).toEqual(hosted.map(([name]) => name).sort())
  for (const [name, policy] of Object.entries(DATA_POLICIES))
    if (typeof policy === 'object') expect(policy.source, name).toMatch(/^https:\/\//)
  const known = Object.values(DATA_POLICIES).filter((policy) => typeof policy === 'object')
  expect(known.length).toBeGreaterThan(30)
})

type AnyProvider = Plugin<'provider', ProviderAdapter, never>
const KEY = { api_key: 'k' }
const policyOf = async (plugin: unknown, options: JsonObject, model = 'm', region?: string) =>
  (await adapterOf(plugin as AnyProvider, options)).dataPolicy?.(model, region)

describe('native services', () => {
  it.each([
    ['cohere', cohere, KEY, { zdr: false, dataCollection: 'allow' }],
    ['gemini', gemini, KEY, { zdr: false, dataCollection: 'allow' }],
    ['azure', azure, { ...KEY, resource: 'mine' }, { zdr: false, dataCollection: 'deny' }],
    [
      'vertex',
      vertex,
      { project: 'p', location: 'europe-west4', access_token: 't' },
      { zdr: false, dataCollection: 'deny', region: 'europe-west4' },
    ],
    ['bedrock', bedrock, { ...KEY, region: 'eu-west-1' }, { dataCollection: 'deny', region: 'eu-west-1' }],
    ['ollama.com', ollama, { ...KEY, base_url: 'https://ollama.com' }, { zdr: true, dataCollection: 'deny' }],
  ])('%s', async (_, plugin, options, expected) => {
    expect(await policyOf(plugin, options)).toMatchObject({ ...expected, source: expect.stringMatching(/^https:/) })
  })

  it.each([
    ['cohere', cohere, KEY],
    ['gemini', gemini, KEY],
    ['azure', azure, KEY],
    ['vertex', vertex, { project: 'p', access_token: 't' }],
    ['bedrock', bedrock, KEY],
    ['openrouter', openrouter, { ...KEY, provider: { zdr: true } }],
  ])('%s at another address is another service', async (_, plugin, options) => {
    expect(await policyOf(plugin, { ...options, base_url: 'https://proxy.example/v1' })).toBeUndefined()
  })
})

describe('a profile of Bedrock', () => {
  it.each([
    ['anthropic.claude-sonnet-4-5-v1:0', undefined, 'us-west-2'],
    ['anthropic.claude-sonnet-4-5-v1:0', 'eu-west-1', 'eu-west-1'],
    ['eu.anthropic.claude-sonnet-4-5-v1:0', 'eu-west-1', 'eu'],
    ['global.anthropic.claude-sonnet-4-5-v1:0', 'eu-west-1', 'global'],
    ['sa.anthropic.claude-sonnet-4-5-v1:0', 'sa-east-1', 'sa'],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/us.amazon.nova-pro-v1:0', 'eu-west-1', 'us'],
  ])('%s in %s is worked on in %s', async (model, region, expected) => {
    const policy = await policyOf(bedrock, { ...KEY, region: 'us-west-2' }, model, region)
    expect(policy?.region).toBe(expected)
  })
})

describe('OpenRouter', () => {
  it('is known to comply once it is held to it, and takes then only what carries that', async () => {
    expect(await policyOf(openrouter, KEY)).toBeUndefined()
    const held = await adapterOf(openrouter, { ...KEY, provider: { zdr: true } })
    expect(held.dataPolicy?.('m')).toMatchObject({ zdr: true, dataCollection: 'deny' })
    expect(Object.keys(held.wires)).toEqual(['chat', 'completion', 'embedding', 'rerank'])
    const { body } = await held.prepare(
      callOf({ body: { model: 'm', messages: [], provider: { zdr: false, sort: 'price' } } }),
      endpointOf('m'),
    )
    expect(JSON.parse(String(body)).provider).toEqual({ zdr: true, sort: 'price' })
  })

  it('says where it works by its host', async () => {
    const options = { ...KEY, base_url: 'https://eu.openrouter.ai/api/v1' }
    expect(await policyOf(openrouter, options)).toEqual({ region: 'eu' })
  })
})
