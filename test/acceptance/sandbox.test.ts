/** What somebody with no key at all meets first: the simulated provider, through clients as they are published. */
import Anthropic from '@anthropic-ai/sdk'
import { OpenRouter } from '@openrouter/sdk'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEDIA_MODELS } from '../../providers/sandbox/media/services.ts'
import { zeroConfig } from '../../src/config/zero.ts'
import { collect } from '../helpers/collect.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const SIMULATED = /^This is a simulated answer by sandbox\//

let router: Router
let openai: OpenAI
let openrouter: OpenRouter

beforeAll(async () => {
  const endpoints = ['fast', 'steady', 'cheap', 'flaky'].map((model) => `sandbox/${model}`)
  router = await startRouter({
    config: {
      providers: { sandbox: { time_scale: 0, outages: [] } },
      models: { sandbox: { endpoints }, painter: { endpoints: ['sandbox/image'] } },
    },
  })
  openai = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'none', maxRetries: 0 })
  openrouter = new OpenRouter({
    apiKey: 'none',
    serverURL: `${router.url}/api/v1`,
    retryConfig: { strategy: 'none' },
  })
})
afterAll(() => router?.stop())

const messages = [{ role: 'user' as const, content: 'Hi' }]
const weather = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

describe('text', () => {
  it('in a chat, whole and streamed', async () => {
    const whole = await openai.chat.completions.create({ model: 'sandbox', messages })
    expect(whole.choices[0]?.message.content).toMatch(SIMULATED)
    const stream = await openai.chat.completions.create({ model: 'sandbox', messages, stream: true })
    const chunks = await collect(stream)
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toMatch(SIMULATED)
  })

  it('in a response, and as the full list of events', async () => {
    const whole = await openai.responses.create({ model: 'sandbox', input: 'Hi' })
    expect(whole.output_text).toMatch(SIMULATED)
    const events = await collect(await openai.responses.create({ model: 'sandbox', input: 'Hi', stream: true }))
    const types = events.map(({ type }) => type)
    expect(types.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
    ])
    expect(types.slice(-4)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => (event as { sequence_number: number }).sequence_number)).toEqual(
      events.map((_, i) => i),
    )
  })

  it('a response calls a tool', async () => {
    const answer = await openai.responses.create({
      model: 'sandbox',
      input: 'How is the weather?',
      tools: [{ type: 'function', strict: true, ...weather }],
    })
    expect(answer.output).toMatchObject([
      { type: 'function_call', name: 'get_weather', arguments: '{"city":"simulated"}' },
    ])
  })

  it('in a message, which can be counted first', async () => {
    const client = new Anthropic({ baseURL: router.url, apiKey: 'none', maxRetries: 0 })
    const { input_tokens } = await client.messages.countTokens({ model: 'sandbox', messages })
    expect(input_tokens).toBeGreaterThan(0)
    const message = await client.messages.create({ model: 'sandbox', max_tokens: 1000, messages })
    expect(message.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(SIMULATED) })
  })

  it('in a completion', async () => {
    const completion = await openai.completions.create({ model: 'sandbox', prompt: 'Hi' })
    expect(completion.choices[0]?.text).toMatch(SIMULATED)
  })

  it('by callModel of @openrouter/sdk, which speaks Responses', async () => {
    expect(await openrouter.callModel({ model: 'sandbox', input: 'Hi' }).getText()).toMatch(SIMULATED)
    const pieces = await collect(openrouter.callModel({ model: 'sandbox', input: 'Hi' }).getTextStream())
    expect(pieces.join('')).toMatch(SIMULATED)
  })
})

describe('images', () => {
  it('are made, streamed and edited', async () => {
    const made = await openai.images.generate({ model: 'sandbox/image', prompt: 'A lamp', n: 2 })
    expect(made.data).toHaveLength(2)
    const png = Buffer.from(made.data![0]!.b64_json!, 'base64')
    expect(png.toString('latin1', 1, 4)).toBe('PNG')
    const stream = await openai.images.generate({
      model: 'sandbox/image',
      prompt: 'A lamp',
      stream: true,
      partial_images: 1,
    })
    expect((await collect(stream)).map(({ type }) => type)).toEqual([
      'image_generation.partial_image',
      'image_generation.completed',
    ])
    const image = await toFile(png, 'lamp.png', { type: 'image/png' })
    const edited = await openai.images.edit({ model: 'sandbox/image', prompt: 'In red', image })
    expect(edited.data).toHaveLength(1)
  })
})

it('images by @openrouter/sdk', async () => {
  const request = { model: 'painter', prompt: 'A lamp' }
  const made = await openrouter.images.generate({ imageGenerationRequest: { ...request, stream: false } })
  expect(made).toMatchObject({
    created: expect.any(Number),
    data: [{ b64Json: expect.any(String) }],
    usage: { promptTokens: 2, completionTokens: 272, cost: 0.01 },
  })
  const stream = await openrouter.images.generate({ imageGenerationRequest: { ...request, stream: true } })
  expect((await collect(stream as unknown as AsyncIterable<object>)).at(-1)).toMatchObject({
    type: 'image_generation.completed',
    usage: { cost: 0.01, totalTokens: 274 },
  })
  expect((await openrouter.images.listModels()).data).toMatchObject([{ id: 'painter', supportsStreaming: true }])
})

it('models are found by what they make', async () => {
  const pages = await collect(await openrouter.models.list({ outputModalities: 'image' }))
  expect(pages.flatMap(({ result }) => result.data.map(({ id }) => id))).toEqual(['painter'])
})

describe('sound', () => {
  it('is spoken, and written down again', async () => {
    const speech = { model: 'sandbox/speech', voice: 'alloy', input: 'Hello there, how are you?' } as const
    const answer = await openai.audio.speech.create({ ...speech, response_format: 'wav' })
    expect(answer.headers.get('content-type')).toBe('audio/wav')
    const wav = Buffer.from(await answer.arrayBuffer())
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
    const mp3 = Buffer.from(await (await openai.audio.speech.create(speech)).arrayBuffer())
    expect(mp3.readUInt16BE(0)).toBe(0xfff3)
    const file = await toFile(wav, 'hello.wav', { type: 'audio/wav' })
    const { text } = await openai.audio.transcriptions.create({ model: 'sandbox/transcription', file })
    expect(text).toMatch(/^This is a simulated transcription/)
    const stream = await openai.audio.transcriptions.create({ model: 'sandbox/transcription', file, stream: true })
    expect((await collect(stream)).at(-1)).toMatchObject({ type: 'transcript.text.done', text })
    const translated = await openai.audio.translations.create({ model: 'sandbox/transcription', file })
    expect(translated.text).toBe(text)
  })

  it('by @openrouter/sdk', async () => {
    const speechRequest = { model: 'sandbox/speech', input: 'Hello', voice: 'alloy', responseFormat: 'mp3' as const }
    const stream = await openrouter.tts.createSpeech({ speechRequest })
    const bytes = Buffer.concat(await collect(stream as unknown as AsyncIterable<Uint8Array>))
    const inputAudio = { data: bytes.toString('base64'), format: 'mp3' }
    const { text } = await openrouter.stt.createTranscription({
      sttRequest: { model: 'sandbox/transcription', inputAudio },
    })
    expect(text).toMatch(/^This is a simulated transcription/)
  })
})

describe('what else there is', () => {
  it('embeddings', async () => {
    const { data } = await openai.embeddings.create({ model: 'sandbox/embed', input: ['a', 'b'], dimensions: 8 })
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8])
  })

  it('moderation', async () => {
    const { results } = await openai.moderations.create({ model: 'sandbox/moderation', input: 'I will kill you' })
    expect(results[0]).toMatchObject({ flagged: true, categories: { violence: true } })
  })

  it('reranking', async () => {
    const documents = ['a blue car', 'a red apple']
    const answer = await openrouter.rerank.rerank({
      requestBody: { model: 'sandbox/rerank', query: 'red apple', documents },
    })
    expect(answer).toMatchObject({ results: [{ index: 1, document: { text: 'a red apple' } }, { index: 0 }] })
    for (const path of ['/v1/rerank', '/v2/rerank']) {
      const body = { model: 'sandbox/rerank', query: 'red apple', documents }
      expect((await send(`${router.url}${path}`, { method: 'POST', body })).json).toMatchObject({
        results: [{ index: 1 }, {}],
      })
    }
  })

  it('a list of it all, where there is no config file', async () => {
    const { config } = await zeroConfig({ env: {}, probe: async () => undefined })
    expect([...config.models.keys()]).toEqual(['sandbox', ...[...MEDIA_MODELS.keys()].map((name) => `sandbox/${name}`)])
  })

  it('what it cost', async () => {
    const { data } = await openrouter.analytics.getUserActivity()
    const costOf = (model: string) => data.find((row) => row.model === model)
    expect(costOf('sandbox/image')).toMatchObject({ requests: 3, usage: 0.04 })
    expect(costOf('sandbox/speech')?.usage).toBeGreaterThan(0)
    expect(costOf('sandbox/transcription')?.usage).toBeGreaterThan(0)
    expect(costOf('sandbox/rerank')?.usage).toBeCloseTo(0.003, 6)
  })
})
