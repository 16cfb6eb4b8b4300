/** Vercel's `ai` with `@ai-sdk/openai-compatible`, unmodified but for its base URL. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import {
  APICallError,
  embedMany,
  generateText,
  jsonSchema,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, PIXEL, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let provider: ReturnType<typeof createOpenAICompatible>
beforeAll(async () => {
  scene = await startScene()
  const baseURL = `${scene.router.url}/v1`
  provider = createOpenAICompatible({
    name: 'router',
    baseURL,
    apiKey: KEY,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })
})
afterAll(() => scene?.close())

const model = (id: string): LanguageModel => provider(id)
const options = { prompt: 'Hi', maxRetries: 0 }
const weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>(WEATHER_SCHEMA),
  execute: async ({ city }) => `20 degrees in ${city}`,
})

describe.each(['openai', 'anthropic'] as const)('chat over an endpoint that speaks %s', (wire) => {
  it('generates and streams', async () => {
    const whole = await generateText({ ...options, model: model(`good/${wire}`) })
    expect(whole).toMatchObject({ text: GOOD, finishReason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } })
    const streamed = streamText({ ...options, model: model(`good/${wire}`) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    expect(await streamed.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 })
  })

  it.each([true, false])('runs a tool to the end, stream: %s', async (stream) => {
    const request = { ...options, model: model(`good/${wire}`), tools: { weather }, stopWhen: stepCountIs(3) }
    const result = stream ? streamText(request) : await generateText(request)
    expect(await result.text).toBe(GOOD)
    expect((await result.steps)[0]?.toolResults).toMatchObject([
      { input: { city: 'Paris' }, output: '20 degrees in Paris' },
    ])
  })

  it('gives structured output', async () => {
    const output = Output.object({ schema: jsonSchema<{ city: string }>(WEATHER_SCHEMA) })
    expect((await generateText({ ...options, model: model(`good/${wire}`), output })).output).toEqual({ city: 'Paris' })
  })

  it('sends an image', async () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, image: Buffer.from(PIXEL, 'base64'), mediaType: 'image/png' },
    ]
    await generateText({ maxRetries: 0, model: model(`good/${wire}`), messages: [{ role: 'user', content }] })
    expect(scene.upstream.requests.at(-1)?.body.toString()).toContain(PIXEL)
  })

  it('does not notice a fail-over, and reports a cut', async () => {
    const streamed = streamText({ ...options, model: model(`failover/${wire}`) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    const errors: unknown[] = []
    const cut = streamText({ ...options, model: model(`cut/${wire}`), onError: ({ error }) => void errors.push(error) })
    expect((await collect(cut.textStream)).join('')).toBe(SAID_BEFORE)
    expect(errors).toHaveLength(1)
  })

  it('throws an APICallError with the reason', async () => {
    const error = await generateText({ ...options, model: model(`broken/${wire}`) }).catch((error: unknown) => error)
    expect(APICallError.isInstance(error)).toBe(true)
    expect(error).toMatchObject({ statusCode: 502, message: expect.stringContaining('The server had an error') })
  })
})

it('embeds', async () => {
  const { embeddings } = await embedMany({
    model: provider.textEmbeddingModel('acme/embedder'),
    values: ['a', 'b'],
    maxRetries: 0,
  })
  expect(embeddings.map(([first]) => first)).toEqual([1, 2])
})
