/** Images, moderation, embeddings and reranking through published clients, unmodified but for their base URLs. */
import { createCohere } from '@ai-sdk/cohere'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { OpenRouter } from '@openrouter/sdk'
import { embedMany, generateImage, rerank } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { PIXEL } from '../helpers/upstream/media.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

const KEY = 'sk-client-key'
const DOCUMENTS = ['a red fox', 'the blue whale', 'a blue car']

let upstream: Upstream
let router: Router
let openai: OpenAI
beforeAll(async () => {
  upstream = await startUpstream()
  const provider = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  const cohere = { ...provider, preset: 'cohere', base_url: upstream.url.replace('/v1', '/compatibility/v1') }
  const both = (model: string) => ({ endpoints: [`first/${model}`, `second/${model}-2`] })
  router = await startRouter({
    config: {
      auth: { keys: [KEY] },
      providers: { first: provider, second: provider, cohere },
      models: {
        'acme/brush': both('gpt-image'),
        'acme/guard': both('omni-moderation'),
        'omni-moderation-latest': { endpoints: ['second/omni-moderation-2'] },
        'acme/vectors': both('embedder'),
        'acme/ranker': both('reranker'),
        'rerank-v3.5': { endpoints: ['cohere/rerank-v3.5'] },
      },
      routing: { strategy: 'priority' },
    },
  })
  openai = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: KEY, maxRetries: 0 })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => upstream.clear())

describe('openai', () => {
  it('draws, and streams what it draws', async () => {
    const ask = { model: 'acme/brush', prompt: 'A lamp', size: '1024x1024', quality: 'low' } as const
    const { data, response } = await openai.images.generate({ ...ask, n: 2 }).withResponse()
    expect(data.data?.map(({ b64_json }) => b64_json)).toEqual([PIXEL, PIXEL])
    expect(data.usage).toMatchObject({ input_tokens: 9, output_tokens: 544 })
    expect(response.headers.get('x-router-endpoint')).toBe('first/gpt-image')
    upstream.script('gpt-image', faults.status(500))
    const events = await collect(await openai.images.generate({ ...ask, stream: true, partial_images: 1 }))
    expect(events.map(({ type }) => type)).toEqual(['image_generation.partial_image', 'image_generation.completed'])
    expect(upstream.requestsFor('gpt-image-2')).toHaveLength(1)
  })

  it('hears of an image stream that was cut', async () => {
    upstream.script('gpt-image', faults.cutAfter(1))
    const stream = await openai.images.generate({ model: 'acme/brush', prompt: 'A lamp', stream: true })
    await expect(collect(stream)).rejects.toThrow()
  })

  it('moderates, with fail-over', async () => {
    upstream.script('omni-moderation', faults.status(503))
    const { results } = await openai.moderations.create({
      model: 'acme/guard',
      input: [
        { type: 'text', text: 'a knife' },
        { type: 'image_url', image_url: { url: 'https://images.example/1.png' } },
      ],
    })
    expect(results.map(({ flagged }) => flagged)).toEqual([true, false])
    expect(upstream.requestsFor('omni-moderation-2')).toHaveLength(1)
  })

  it('moderates without a model, as OpenAI does', async () => {
    const { results } = await openai.moderations.create({ input: 'a knife' })
    expect(results[0]?.flagged).toBe(true)
    expect(upstream.requestsFor('omni-moderation-2')[0]?.json.input).toBe('a knife')
  })

  it('says in its own words what is missing', async () => {
    await expect(openai.images.generate({ model: 'acme/brush', prompt: '' })).rejects.toMatchObject({
      status: 400,
      param: 'prompt',
    })
    await expect(openai.moderations.create({ model: 'nobody', input: 'x' })).rejects.toMatchObject({ status: 404 })
  })
})

describe('ai', () => {
  it.each(['@ai-sdk/openai', '@ai-sdk/openai-compatible'])('generates images with %s', async (name) => {
    const settings = { baseURL: `${router.url}/v1`, apiKey: KEY }
    const model =
      name === '@ai-sdk/openai'
        ? createOpenAI(settings).image('acme/brush')
        : createOpenAICompatible({ ...settings, name: 'router' }).imageModel('acme/brush')
    const { images } = await generateImage({ model, prompt: 'A lamp', n: 2, size: '1024x1024', maxRetries: 0 })
    expect(images.map(({ base64 }) => base64)).toEqual([PIXEL, PIXEL])
  })

  it('embeds many', async () => {
    upstream.script('embedder', faults.rateLimited())
    const model = createOpenAI({ baseURL: `${router.url}/v1`, apiKey: KEY }).embedding('acme/vectors')
    const { embeddings, usage } = await embedMany({ model, values: DOCUMENTS, maxRetries: 0 })
    expect(embeddings).toHaveLength(3)
    expect(usage.tokens).toBe(12)
  })

  it.each(['rerank-v3.5', 'acme/ranker'])('reranks with @ai-sdk/cohere by %s', async (id) => {
    const cohere = createCohere({ baseURL: `${router.url}/v2`, apiKey: KEY })
    const { ranking, rerankedDocuments } = await rerank({
      model: cohere.reranking(id),
      query: 'blue whale',
      documents: DOCUMENTS,
      topN: 2,
      maxRetries: 0,
    })
    expect(rerankedDocuments).toEqual(['the blue whale', 'a blue car'])
    expect(ranking.map(({ originalIndex, score }) => [originalIndex, score])).toEqual([
      [1, 0.2],
      [2, 0.1],
    ])
  })

  it('understands why it was not reranked', async () => {
    upstream.script('rerank-v3.5', faults.status(401))
    const model = createCohere({ baseURL: `${router.url}/v2`, apiKey: KEY }).reranking('rerank-v3.5')
    const asked = rerank({ model, query: 'a', documents: DOCUMENTS, maxRetries: 0 })
    await expect(asked).rejects.toMatchObject({
      statusCode: 502,
      message: expect.stringContaining('cohere/rerank-v3.5'),
    })
  })
})

describe('@openrouter/sdk', () => {
  const client = () =>
    new OpenRouter({ serverURL: `${router.url}/api/v1`, apiKey: KEY, retryConfig: { strategy: 'none' } })

  it.each(['rerank-v3.5', 'acme/ranker'])('reranks by %s', async (model) => {
    const requestBody = { model, query: 'blue whale', documents: DOCUMENTS, topN: 1 }
    const answer = await client().rerank.rerank({ requestBody })
    expect(answer).toMatchObject({
      results: [{ index: 1, relevanceScore: 0.2, document: { text: 'the blue whale' } }],
      usage: {},
    })
  })

  it('draws', async () => {
    const answer = await client().images.generate({ imageGenerationRequest: { model: 'acme/brush', prompt: 'A lamp' } })
    expect(answer).toMatchObject({ data: [{ b64Json: PIXEL }] })
  })
})
