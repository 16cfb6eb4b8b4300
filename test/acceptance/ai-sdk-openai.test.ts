/**
 * Vercel's `ai` with `@ai-sdk/openai` in its default mode: Responses, whose history it leaves to the server. Unmodified
 * but for the base URL.
 */
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  generateObject,
  generateText,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../helpers/collect.ts'
import { GOOD, KEY, PIXEL, SAID_BEFORE, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'
import { reply } from '../helpers/upstream.ts'

const THOUGHT = 'Let me think.'

let scene: Scene
let provider: ReturnType<typeof createOpenAI>
beforeAll(async () => {
  scene = await startScene()
  provider = createOpenAI({ baseURL: `${scene.router.url}/v1`, apiKey: KEY })
})
afterAll(() => scene?.close())

const model = (id: string): LanguageModel => provider(id)
const options = { prompt: 'Hi', maxRetries: 0 }
const weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>(WEATHER_SCHEMA),
  execute: async ({ city }) => `20 degrees in ${city}`,
})
const last = () => scene.upstream.requests.at(-1)!.body.toString()

describe.each(['openai', 'anthropic', 'chat'] as const)('over an endpoint that speaks %s', (wire) => {
  const good = `good/${wire}`

  it('generates and streams', async () => {
    const whole = await generateText({ ...options, system: 'Be brief.', model: model(good) })
    expect(whole).toMatchObject({ text: GOOD, finishReason: 'stop', usage: { inputTokens: 11, outputTokens: 7 } })
    expect(last()).toContain('Be brief.')
    const streamed = streamText({ ...options, model: model(good) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    expect(await streamed.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 })
    expect(await streamed.finishReason).toBe('stop')
  })

  it.each([true, false])('runs a tool to the end, stream: %s', async (stream) => {
    const request = { ...options, model: model(good), tools: { weather }, stopWhen: stepCountIs(3) }
    const result = stream ? streamText(request) : await generateText(request)
    expect(await result.text).toBe(GOOD)
    expect((await result.steps)[0]?.toolResults).toMatchObject([
      { input: { city: 'Paris' }, output: '20 degrees in Paris' },
    ])
    expect(last()).toContain('20 degrees in Paris')
  })

  it('goes on with a conversation whose answers it only refers to', async () => {
    const messages: ModelMessage[] = [{ role: 'user', content: 'One' }]
    for (const stream of [true, false, true]) {
      const request = { maxRetries: 0, model: model(good), messages }
      const result = stream ? streamText(request) : await generateText(request)
      expect(await result.text).toBe(GOOD)
      messages.push(...(await result.response).messages, { role: 'user', content: 'Two' })
    }
    // As it came where it is kept, else in full.
    expect(last()).toContain(wire === 'openai' ? 'item_reference' : GOOD)
  })

  it('gives structured output', async () => {
    const schema = jsonSchema<{ city: string }>(WEATHER_SCHEMA)
    expect((await generateObject({ ...options, model: model(good), schema })).object).toEqual({ city: 'Paris' })
    const output = Output.object({ schema })
    expect((await generateText({ ...options, model: model(good), output })).output).toEqual({ city: 'Paris' })
  })

  it('sends an image', async () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, image: Buffer.from(PIXEL, 'base64'), mediaType: 'image/png' },
    ]
    await generateText({ maxRetries: 0, model: model(good), messages: [{ role: 'user', content }] })
    expect(last()).toContain(PIXEL)
  })

  it('does not notice a fail-over, and reports a cut', async () => {
    const streamed = streamText({ ...options, model: model(`failover/${wire}`) })
    expect((await collect(streamed.textStream)).join('')).toBe(GOOD)
    const errors: unknown[] = []
    const cut = streamText({ ...options, model: model(`cut/${wire}`), onError: ({ error }) => void errors.push(error) })
    expect((await collect(cut.textStream)).join('')).toBe(SAID_BEFORE)
    expect(errors).toHaveLength(1)
  })

  it('throws APICallErrors', async () => {
    const failed = await generateText({ ...options, model: model(`mistaken/${wire}`) }).catch((error) => error)
    expect(APICallError.isInstance(failed) && failed.statusCode).toBe(400)
  })
})

it.each([true, false])('runs a tool of a model that thinks, stream: %s', async (stream) => {
  scene.upstream.script('thinker', (exchange) => {
    const isAnswered = exchange.request.body.includes('20 degrees')
    return reply(
      isAnswered ? { text: GOOD, reasoning: THOUGHT } : { toolCalls: [{ name: 'weather' }], reasoning: THOUGHT },
    )(exchange)
  })
  const request = { ...options, model: model('chat-wire/thinker'), tools: { weather }, stopWhen: stepCountIs(3) }
  const result = stream ? streamText(request) : await generateText(request)
  expect(await result.text).toBe(GOOD)
  expect((await result.steps)[0]?.reasoningText).toBe(THOUGHT)
})
