/** Vercel's `ai` with `@openrouter/ai-sdk-provider`, unmodified but for its base URL. */
import { createOpenRouter, type OpenRouterProvider } from '@openrouter/ai-sdk-provider'
import { APICallError, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let openrouter: OpenRouterProvider
beforeAll(async () => {
  scene = await startScene()
  openrouter = createOpenRouter({ baseURL: `${scene.router.url}/api/v1`, apiKey: KEY })
})
afterAll(() => scene?.close())

const options = { prompt: 'Hi', maxRetries: 0 }
const weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>(WEATHER_SCHEMA),
  execute: async ({ city }) => `20 degrees in ${city}`,
})

describe.each(['openai', 'anthropic'] as const)('chat over an endpoint that speaks %s', (wire) => {
  it('generates and streams, with cost', async () => {
    const whole = await generateText({ ...options, model: openrouter(`good/${wire}`, { usage: { include: true } }) })
    expect(whole).toMatchObject({ text: GOOD, finishReason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } })
    expect(whole.providerMetadata?.openrouter).toMatchObject({ usage: { cost: 25 / 1e6 } })
    const streamed = streamText({ ...options, model: openrouter(`good/${wire}`) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    expect(await streamed.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 })
    expect(await streamed.finishReason).toBe('stop')
  })

  it.each([true, false])('runs a tool to the end, stream: %s', async (stream) => {
    const request = { ...options, model: openrouter(`good/${wire}`), tools: { weather }, stopWhen: stepCountIs(3) }
    const result = stream ? streamText(request) : await generateText(request)
    expect(await result.text).toBe(GOOD)
    const steps = await result.steps
    expect(steps).toHaveLength(2)
    expect(steps[0]?.toolResults).toMatchObject([{ input: { city: 'Paris' }, output: '20 degrees in Paris' }])
  })

  it('gives structured output', async () => {
    const output = Output.object({ schema: jsonSchema<{ city: string }>(WEATHER_SCHEMA) })
    const result = await generateText({ ...options, model: openrouter(`good/${wire}`), output })
    expect(result.output).toEqual({ city: 'Paris' })
  })

  it('does not notice a fail-over, and reports a cut', async () => {
    const streamed = streamText({ ...options, model: openrouter(`failover/${wire}`) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    const errors: unknown[] = []
    const cut = streamText({
      ...options,
      model: openrouter(`cut/${wire}`),
      onError: ({ error }) => void errors.push(error),
    })
    expect((await collect(cut.textStream)).join('')).toBe(SAID_BEFORE)
    expect(errors).toHaveLength(1)
    expect(await cut.finishReason).toBe('error')
  })

  it('throws an APICallError with the reason', async () => {
    const error = await generateText({ ...options, model: openrouter(`broken/${wire}`) }).catch(
      (error: unknown) => error,
    )
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ statusCode: 502, message: expect.stringContaining('The server had an error') })
  })
})

it('embeds', async () => {
  const { embeddings } = await embedMany({
    model: openrouter.textEmbeddingModel('acme/embedder'),
    values: ['a', 'b'],
    maxRetries: 0,
  })
  expect(embeddings.map(([first]) => first)).toEqual([1, 2])
})
