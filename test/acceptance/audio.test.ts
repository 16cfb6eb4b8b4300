/** Sound and pictures with unmodified clients: `openai`, and the Vercel AI SDK over its OpenAI provider. */
import { createOpenAI } from '@ai-sdk/openai'
import { experimental_generateSpeech as generateSpeech, experimental_transcribe as transcribe } from 'ai'
import OpenAI, { toFile } from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silence } from '../helpers/audio.ts'
import { collect } from '../helpers/collect.ts'
import { generation } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { bytes, dataEvents } from '../helpers/upstream/bytes.ts'
import { sendJson } from '../helpers/upstream/reply.ts'
import type { Behaviour } from '../helpers/upstream/types.ts'
import { faults, Gate, startUpstream, type Upstream } from '../helpers/upstream.ts'

const MP3 = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(32_000, 7)])
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

let upstream: Upstream
let router: Router
let client: OpenAI
beforeAll(async () => {
  upstream = await startUpstream()
  const pair = { endpoints: ['main/first', 'main/second'] }
  const price = { prompt: 1, completion: 2, second: 0.0001, character: 15, image: 0.04 }
  router = await startRouter({
    config: {
      providers: { main: { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream', price } },
      models: { 'acme/tts': pair, 'acme/ears': pair, 'acme/brush': pair },
      routing: { strategy: 'priority' },
    },
  })
  client = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'none', maxRetries: 0 })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
afterEach(() => upstream.clear())

const file = () => toFile(silence(2), 'speech.wav', { type: 'audio/wav' })
const json =
  (body: Record<string, unknown>): Behaviour =>
  (exchange) =>
    sendJson(exchange, 200, body)

describe('openai: audio.speech', () => {
  const ask = { model: 'acme/tts', voice: 'alloy', input: 'Hello there.' } as const

  it('streams the bytes as they come, with their own type', async () => {
    const gate = new Gate()
    upstream.script('first', bytes('audio/mpeg', [MP3.subarray(0, 1000), MP3.subarray(1000)], gate))
    const { data, response } = await client.audio.speech.create(ask).withResponse()
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    const reader = data.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
    const { value } = await reader.read()
    expect(value!.length).toBeLessThanOrEqual(1000)
    gate.release()
    let length = value!.length
    for (let more = await reader.read(); !more.done; more = await reader.read()) length += more.value.length
    expect(length).toBe(MP3.length)
    expect(upstream.requests.at(-1)).toMatchObject({
      path: '/v1/audio/speech',
      json: { ...ask, model: 'first' },
    })
    expect(upstream.requests.at(-1)!.headers.accept).toBe('*/*')
    const record = await generation(router.url, response.headers.get('x-generation-id')!)
    expect(record).toMatchObject({ attempts: [{ outcome: 'ok' }] })
  })

  it('goes elsewhere before the first byte', async () => {
    upstream.script('first', faults.status(500))
    upstream.script('second', bytes('audio/mpeg', [MP3]))
    const { data, response } = await client.audio.speech.create(ask).withResponse()
    expect(Buffer.from(await data.arrayBuffer()).equals(MP3)).toBe(true)
    expect(response.headers.get('x-router-endpoint')).toBe('main/second')
  })

  it('comes as events when they are asked for', async () => {
    const events = [
      { type: 'speech.audio.delta', audio: 'AAEC' },
      { type: 'speech.audio.done', usage: { input_tokens: 3, output_tokens: 9, total_tokens: 12 } },
    ]
    upstream.script('first', dataEvents(events))
    const response = await client.audio.speech.create({ ...ask, stream_format: 'sse' })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toBe(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
  })

  it('comes as bytes, and says so, from who knows no events', async () => {
    upstream.script('first', bytes('audio/mpeg', [MP3]))
    const response = await client.audio.speech.create({ ...ask, stream_format: 'sse' })
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    expect(Buffer.from(await response.arrayBuffer()).equals(MP3)).toBe(true)
    expect(upstream.requestsFor('second')).toHaveLength(0)
  })
})

describe('openai: audio.transcriptions', () => {
  it('sends the file byte for byte, and to the next endpoint again', async () => {
    upstream.script('first', faults.status(503))
    upstream.script('second', json({ text: 'Hello.', usage: { type: 'duration', seconds: 2 } }))
    const { data, response } = await client.audio.transcriptions
      .create({ file: await file(), model: 'acme/ears', language: 'en', temperature: 0 })
      .withResponse()
    expect(data.text).toBe('Hello.')
    expect(response.headers.get('x-router-endpoint')).toBe('main/second')
    const [failed, answered] = upstream.requests
    for (const request of [failed!, answered!]) {
      expect(request.path).toBe('/v1/audio/transcriptions')
      expect(request.json).toMatchObject({ language: 'en', temperature: '0' })
      expect(Buffer.from(request.json.file as string, 'latin1').equals(silence(2))).toBe(true)
      expect(request.headers['content-length']).toBe(String(request.body.length))
      expect(request.body.includes('filename="speech.wav"')).toBe(true)
    }
    expect([failed!.model, answered!.model]).toEqual(['first', 'second'])
    const record = await generation(router.url, response.headers.get('x-generation-id')!)
    expect(record).toMatchObject({ attempts: [{}, { cost_usd: 0.0002 }] })
  })

  it.each([
    ['text', 'text/plain; charset=utf-8', 'Hello.\n'],
    ['srt', 'text/plain; charset=utf-8', '1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n'],
    ['vtt', 'text/vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n'],
  ] as const)('gives %s as it came', async (response_format, type, text) => {
    upstream.script('first', bytes(type, [text]))
    const { data, response } = await client.audio.transcriptions
      .create({ file: await file(), model: 'acme/ears', response_format })
      .withResponse()
    expect(data).toBe(text)
    expect(response.headers.get('content-type')).toBe(type)
  })

  it('gives verbose and diarized JSON', async () => {
    const verbose = { task: 'transcribe', language: 'english', duration: 2, text: '', segments: [], words: [] }
    upstream.script('first', json(verbose))
    const options = { file: await file(), model: 'acme/ears' }
    const told = await client.audio.transcriptions.create({
      ...options,
      timestamp_granularities: ['word', 'segment'],
      response_format: 'verbose_json',
    })
    expect(told).toEqual(verbose)
    expect(upstream.requests[0]!.body.toString('latin1').match(/name="timestamp_granularities\[\]"/g)).toHaveLength(2)
    const diarized = { task: 'transcribe', duration: 2, text: 'Hi', segments: [{ speaker: 'A', text: 'Hi' }] }
    upstream.script('first', json(diarized))
    const spoken = await client.audio.transcriptions.create({
      file: await file(),
      model: 'acme/ears',
      response_format: 'diarized_json',
    })
    expect(spoken).toEqual(diarized)
  })

  it('streams events, and makes them of a whole answer', async () => {
    const usage = { type: 'tokens', input_tokens: 14, output_tokens: 2, total_tokens: 16 }
    const events = [
      { type: 'transcript.text.delta', delta: 'Hel' },
      { type: 'transcript.text.delta', delta: 'lo' },
      { type: 'transcript.text.done', text: 'Hello', usage },
    ]
    const ask = { file: await file(), model: 'acme/ears', stream: true } as const
    upstream.script('first', dataEvents(events))
    expect(await collect(await client.audio.transcriptions.create(ask))).toEqual(events)
    upstream.script('first', json({ text: 'Hello', usage }))
    expect(await collect(await client.audio.transcriptions.create({ ...ask, file: await file() }))).toEqual([
      { type: 'transcript.text.delta', delta: 'Hello' },
      events[2],
    ])
  })

  it('translates', async () => {
    upstream.script('first', json({ text: 'Hello.' }))
    const translation = await client.audio.translations.create({ file: await file(), model: 'acme/ears' })
    expect(translation.text).toBe('Hello.')
    expect(upstream.requests[0]!.path).toBe('/v1/audio/translations')
  })
})

describe('openai: images.edit', () => {
  const made = { created: 1, data: [{ b64_json: PNG.toString('base64') }] }
  const images = () => Promise.all(['a.png', 'b.png'].map((name) => toFile(PNG, name, { type: 'image/png' })))

  it('sends several images, and streams', async () => {
    upstream.script('first', faults.status(500))
    upstream.script('second', json(made))
    const ask = { model: 'acme/brush', prompt: 'A hat.', image: await images() }
    expect(await client.images.edit(ask)).toMatchObject(made)
    const request = upstream.requestsFor('second')[0]!
    expect(request.path).toBe('/v1/images/edits')
    expect(request.body.toString('latin1').match(/name="image\[\]"; filename/g)).toHaveLength(2)
    const completed = { type: 'image_edit.completed', b64_json: 'AAAA', created_at: 1 }
    upstream.script('first', dataEvents([{ type: 'image_edit.partial_image', b64_json: 'AA' }, completed]))
    const stream = await client.images.edit({ ...ask, image: await images(), stream: true })
    expect((await collect(stream)).at(-1)).toEqual(completed)
  })

  it('makes variations', async () => {
    upstream.script('first', json(made))
    const [image] = await images()
    expect(await client.images.createVariation({ model: 'acme/brush', image: image! })).toMatchObject(made)
    expect(upstream.requests[0]!.path).toBe('/v1/images/variations')
  })
})

describe('the AI SDK over its OpenAI provider', () => {
  const openai = () => createOpenAI({ baseURL: `${router.url}/v1`, apiKey: 'none' })

  it('generateSpeech', async () => {
    upstream.script('first', faults.status(500))
    upstream.script('second', bytes('audio/mpeg', [MP3]))
    const { audio } = await generateSpeech({ model: openai().speech('acme/tts'), text: 'Hello there.', voice: 'alloy' })
    expect(Buffer.from(audio.uint8Array).equals(MP3)).toBe(true)
    expect(audio.mediaType).toBe('audio/mpeg')
  })

  it('transcribe', async () => {
    const segments = [
      {
        id: 0,
        seek: 0,
        start: 0,
        end: 2,
        text: 'Hello.',
        tokens: [50364],
        temperature: 0,
        avg_logprob: -0.2,
        compression_ratio: 1,
        no_speech_prob: 0,
      },
    ]
    upstream.script('first', faults.status(500))
    upstream.script('second', json({ task: 'transcribe', language: 'english', duration: 2, text: 'Hello.', segments }))
    const { text, durationInSeconds } = await transcribe({
      model: openai().transcription('acme/ears'),
      audio: silence(2),
    })
    expect({ text, durationInSeconds }).toEqual({ text: 'Hello.', durationInSeconds: 2 })
    expect(Buffer.from(upstream.requestsFor('second')[0]!.json.file as string, 'latin1').equals(silence(2))).toBe(true)
  })
})
