/**
 * The `@openrouter/sdk` package, unmodified but for its server URL. Its parser is strict: what it accepts has
 * OpenRouter's shape.
 */
import { OpenRouter } from '@openrouter/sdk'
import type { ChatResult, ChatStreamChunk } from '@openrouter/sdk/models'
import { NotFoundResponseError, OpenRouterError, UnauthorizedResponseError } from '@openrouter/sdk/models/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let client: OpenRouter
const clientWith = (apiKey: string): OpenRouter =>
  new OpenRouter({ apiKey, serverURL: `${scene.router.url}/api/v1`, retryConfig: { strategy: 'none' } })

beforeAll(async () => {
  scene = await startScene()
  client = clientWith(KEY)
})
afterAll(() => scene?.close())

const messages = [{ role: 'user' as const, content: 'Hi' }]
const send = async (model: string, more: object = {}): Promise<ChatResult> =>
  (await client.chat.send({ chatRequest: { model, messages, ...more, stream: false } })) as ChatResult
const stream = async (model: string): Promise<ChatStreamChunk[]> =>
  collect(
    (await client.chat.send({ chatRequest: { model, messages, stream: true } })) as AsyncIterable<ChatStreamChunk>,
  )
const textOf = (chunks: ChatStreamChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')

describe.each(['openai', 'anthropic'] as const)('chat over an endpoint that speaks %s', (wire) => {
  it('answers whole, with the cost', async () => {
    const answer = await send(`good/${wire}`)
    expect(answer).toMatchObject({ choices: [{ message: { content: GOOD }, finishReason: 'stop' }] })
    expect(answer.usage).toMatchObject({ promptTokens: 11, completionTokens: 7, totalTokens: 18 })
    expect(answer.usage?.cost).toBeCloseTo((11 * 1 + 7 * 2) / 1e6, 12)
  })

  it('streams, with usage in the last chunk though it was not asked for', async () => {
    const chunks = await stream(`good/${wire}`)
    expect(textOf(chunks)).toBe(GOOD)
    expect(chunks.at(-1)).toMatchObject({ usage: { promptTokens: 11, completionTokens: 7 } })
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1)
    expect(chunks.flatMap(({ choices }) => choices[0]?.finishReason ?? [])).toEqual(['stop'])
  })

  it('calls tools', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER_SCHEMA } }]
    const answer = await send(`good/${wire}`, { tools })
    expect(answer.choices[0]).toMatchObject({
      finishReason: 'tool_calls',
      message: { toolCalls: [{ function: { name: 'get_weather' } }] },
    })
  })

  it('does not notice a fail-over', async () => {
    expect((await send(`failover/${wire}`)).choices[0]?.message.content).toBe(GOOD)
    expect(textOf(await stream(`failover/${wire}`))).toBe(GOOD)
  })

  it('finds the error in the stream when it breaks off', async () => {
    const chunks = await stream(`cut/${wire}`)
    expect(textOf(chunks)).toBe(SAID_BEFORE)
    expect(chunks.at(-1)).toMatchObject({
      error: { code: expect.any(Number), message: expect.any(String) },
      choices: [{ finishReason: 'error' }],
    })
  })

  it('throws an error with the status and the reason', async () => {
    const error = await send(`broken/${wire}`).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(OpenRouterError)
    expect(error).toMatchObject({ statusCode: 502, body: expect.stringContaining('The server had an error') })
  })
})

it('follows models[] and provider{}', async () => {
  const answer = await send('broken/openai', { models: ['good/anthropic'] })
  expect(answer.choices[0]?.message.content).toBe(GOOD)
  const preferred = await send('failover/openai', {
    provider: { ignore: ['anthropic-wire'], allowFallbacks: true, sort: 'price' },
  })
  expect(preferred.choices[0]?.message.content).toBe(GOOD)
  await expect(send('good/openai', { provider: { only: ['anthropic-wire'] } })).rejects.toBeInstanceOf(
    NotFoundResponseError,
  )
})

it('throws on a wrong key and an unknown model', async () => {
  const attempt = clientWith('sk-wrong').chat.send({ chatRequest: { model: 'good/openai', messages, stream: false } })
  await expect(attempt).rejects.toBeInstanceOf(UnauthorizedResponseError)
  await expect(send('good/opena')).rejects.toBeInstanceOf(NotFoundResponseError)
})

it('parses the generation of an answer, with every attempt', async () => {
  const { id } = await send('failover/openai')
  const { data } = await client.generations.getGeneration({ id })
  expect(data).toMatchObject({
    streamed: false,
    finishReason: 'stop',
    nativeTokensPrompt: 11,
    nativeTokensCompletion: 7,
    model: expect.any(String),
  })
  expect(data.providerResponses?.at(-1)).toMatchObject({ status: 200 })
  expect(data.totalCost).toBeCloseTo(25 / 1e6, 12)
})

it('parses the models, their number and one of them', async () => {
  const pages = await collect(await client.models.list())
  const ids = pages.flatMap(({ result }) => result.data.map(({ id }) => id))
  expect(ids).toEqual(expect.arrayContaining(['good/openai', 'good/anthropic', 'acme/embedder']))
  const { data } = await client.models.count()
  expect(data.count).toBe(ids.length)
})

it('parses the endpoints of a model, before and after traffic', async () => {
  const { data } = await client.endpoints.list({ author: 'failover', slug: 'anthropic' })
  expect(data).toMatchObject({ id: 'failover/anthropic', endpoints: [{ modelId: expect.any(String) }, {}] })
  await send('good/openai')
  const used = await client.endpoints.list({ author: 'good', slug: 'openai' })
  expect(used.data.endpoints[0]).toMatchObject({ pricing: { prompt: '0.000001', completion: '0.000002' } })
})

it('parses embeddings', async () => {
  const answer = await client.embeddings.generate({ requestBody: { model: 'acme/embedder', input: ['a', 'b'] } })
  expect(typeof answer === 'string' ? [] : answer.data.map(({ index }) => index)).toEqual([0, 1])
})
