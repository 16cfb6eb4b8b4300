/** Lists of models as services write them, asked for over sockets. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject, Plugin, ProviderAdapter } from 'commonroute/plugin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import cohere from '../../../providers/cohere/index.ts'
import gemini from '../../../providers/gemini/index.ts'
import ollama from '../../../providers/ollama/index.ts'
import openaiCompatible from '../../../providers/openai-compatible/index.ts'
import openrouter from '../../../providers/openrouter/index.ts'
import { upstreamModels } from '../../../src/routing/upstream/upstream-models.ts'
import { adapterOf } from './exchange.ts'

/** By path with its query. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1/models': { object: 'list', data: [{ id: 'llama3.2:latest' }, { id: 'qwen3:8b' }] },
  '/api/v1/models': { data: [{ id: 'openai/gpt-5.4', pricing: {} }, { id: 'google/gemini-2.5-pro' }] },
  '/v1/models?page_size=1000': {
    models: [{ name: 'command-a-03-2025' }, { name: 'command-light', is_deprecated: true }],
    next_page_token: 'two',
  },
  '/v1/models?page_size=1000&page_token=two': { models: [{ name: 'embed-v4.0', is_deprecated: false }] },
  '/v1beta/models?pageSize=1000': { models: [{ name: 'models/gemini-2.5-pro' }], nextPageToken: 'x/y=' },
  '/v1beta/models?pageSize=1000&pageToken=x%2Fy%3D': { models: [{ name: 'models/gemini-embedding-001' }] },
  // Together's, GitHub's.
  '/bare/models': [{ id: 'Qwen/Qwen3-235B' }, { id: 'deepseek-ai/DeepSeek-V3.1' }],
  '/catalog/models': [{ id: 'openai/gpt-4.1', registry: 'azure-openai' }],
  '/api/2.0/serving-endpoints': { endpoints: [{ name: 'databricks-claude-sonnet-4' }, { state: {} }] },
  '/odd/models': { result: 'none' },
}

let origin: string
const server = createServer((request, response) => {
  const answer = ANSWERS[request.url!]
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer ?? { error: { message: `nothing is at ${request.url}` } }))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const listOf = async (plugin: unknown, options: JsonObject, path: string) => {
  const adapter = await adapterOf(plugin as Plugin<'provider', ProviderAdapter, never>, {
    ...options,
    base_url: `${origin}${path}`,
  })
  const [answer] = await upstreamModels([{ id: 'p', adapter, secrets: [] }])
  return answer
}
const preset = (name: string) => ({ preset: name, api_key: 'k' })

describe('the models of', () => {
  it.each([
    ['Ollama', ollama, {}, '', ['llama3.2:latest', 'qwen3:8b']],
    ['OpenRouter', openrouter, { api_key: 'k' }, '/api/v1', ['google/gemini-2.5-pro', 'openai/gpt-5.4']],
    ['Cohere, page by page', cohere, { api_key: 'k' }, '', ['command-a-03-2025', 'embed-v4.0']],
    ['Gemini, page by page', gemini, { api_key: 'k' }, '', ['gemini-2.5-pro', 'gemini-embedding-001']],
    ['a bare list', openaiCompatible, preset('together'), '/bare', ['Qwen/Qwen3-235B', 'deepseek-ai/DeepSeek-V3.1']],
    ['GitHub', openaiCompatible, preset('github-models'), '/inference', ['openai/gpt-4.1']],
    ['Databricks', openaiCompatible, preset('databricks'), '/ai-gateway/mlflow/v1', ['databricks-claude-sonnet-4']],
  ])('%s', async (_, plugin, options, path, models) => {
    expect(await listOf(plugin, options, path)).toEqual({ provider: 'p', models })
  })

  it('an answer that is none are not taken from it', async () => {
    expect(await listOf(openaiCompatible, preset('groq'), '/odd')).toMatchObject({
      error: 'its answer is not a list of models',
    })
    expect((await listOf(cohere, { api_key: 'k' }, '/none'))?.error).toMatch(/^404 provider_not_found: nothing is at/)
  })
})
