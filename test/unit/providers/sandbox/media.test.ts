import { crc32, inflateSync } from 'node:zlib'
import type { JsonObject, Operation, ProviderAdapter, ProviderCall, Wire } from 'commonroute/plugin'
import { describe, expect, it } from 'vitest'
import sandbox from '../../../../providers/sandbox/index.ts'
import { adapterOf, callOf, endpointOf } from '../exchange.ts'

const instant = (): Promise<ProviderAdapter> => adapterOf(sandbox, { time_scale: 0, outages: [] })

async function send(call: ProviderCall) {
  const adapter = await instant()
  const request = await adapter.prepare(call, endpointOf('any'))
  const { status, headers, body } = await adapter.answer!(request, new AbortController().signal)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return { status, type: headers['content-type'], bytes, text: bytes.toString(), pieces: chunks.length }
}

const ask = (operation: Operation, wire: Wire, body: JsonObject) => send(callOf({ body, wire, operation }))
const json = async (operation: Operation, wire: Wire, body: JsonObject) => {
  const { text } = await ask(operation, wire, body)
  return JSON.parse(text)
}
const events = (text: string) =>
  text
    .trim()
    .split('\n\n')
    .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)))

async function upload(operation: Operation, wire: Wire, fields: Record<string, string>, file: Buffer) {
  const form = new FormData()
  form.set('file', new File([new Uint8Array(file)], 'hello.wav', { type: 'audio/wav' }))
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const response = new Response(form)
  const call = callOf({ body: fields, wire, operation })
  const body = Buffer.from(await response.arrayBuffer())
  return send({ ...call, contentType: response.headers.get('content-type')!, body })
}

/** Width and height of a PNG whose chunks and pixels are all there. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'))
  const types: string[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)))
    types.push(png.toString('latin1', at + 4, at + 8))
    if (types.at(-1) === 'IDAT') expect(inflateSync(png.subarray(at + 8, at + 8 + length))).toHaveLength(64 * 193)
    at += 12 + length
  }
  expect(types).toEqual(['IHDR', 'IDAT', 'IEND'])
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

describe('images', () => {
  it('are real, and depend on the prompt', async () => {
    const request = { model: 'image', prompt: 'A lamp', n: 2 }
    const answer = await json('image', 'openai-images', request)
    expect(answer.data).toHaveLength(2)
    expect(sizeOf(Buffer.from(answer.data[0].b64_json, 'base64'))).toEqual([64, 64])
    expect(answer.data[0]).not.toEqual(answer.data[1])
    expect((await json('image', 'openai-images', request)).data).toEqual(answer.data)
    expect(answer.usage).toMatchObject({ input_tokens: 2, output_tokens: 544, total_tokens: 546 })
  })

  it('have an address where one is asked for', async () => {
    const answer = await json('image', 'openai-images', { model: 'image', prompt: 'A lamp', response_format: 'url' })
    expect(answer.data[0].url).toMatch(/^data:image\/png;base64,/)
  })

  it('come as events', async () => {
    const body = { model: 'image', prompt: 'A lamp', stream: true, partial_images: 2 }
    const { text, type } = await ask('image', 'openai-images', body)
    expect(type).toBe('text/event-stream')
    expect(events(text).map((event) => event.type)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ])
  })

  it('are edited from a form', async () => {
    const { text } = await upload(
      'image_edit',
      'openai-image-edits',
      { model: 'image', prompt: 'Red' },
      Buffer.from('x'),
    )
    expect(JSON.parse(text)).toMatchObject({ data: [{ b64_json: expect.any(String) }] })
  })

  it.each([{}, { prompt: '' }, { prompt: 'A lamp', n: 11 }, { prompt: 'A lamp', n: 'x' }])(
    'not for %j',
    async (body) => {
      expect((await ask('image', 'openai-images', { model: 'image', ...body })).status).toBe(400)
    },
  )
})

describe('speech', () => {
  const body = { model: 'speech', input: 'Hello there, how are you today?', voice: 'alloy' }

  it('is a WAVE file of the length of the text, in pieces', async () => {
    const { bytes, type, pieces } = await ask('speech', 'openai-speech', { ...body, response_format: 'wav' })
    expect(type).toBe('audio/wav')
    expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ')
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44)
    expect((bytes.length - 44) / 48_000).toBeCloseTo(31 / 15, 2)
    expect(pieces).toBeGreaterThan(5)
  })

  it('is MP3 unless another format is asked for: whole frames', async () => {
    const { bytes, type } = await ask('speech', 'openai-speech', body)
    expect(type).toBe('audio/mpeg')
    expect(bytes.length % 96).toBe(0)
    for (let at = 0; at < bytes.length; at += 96) expect(bytes.readUInt32BE(at)).toBe(0xfff344c0)
  })

  it('comes as events with usage', async () => {
    const { text } = await ask('speech', 'openai-speech', { ...body, stream_format: 'sse', response_format: 'pcm' })
    const all = events(text)
    expect(all[0]).toMatchObject({ type: 'speech.audio.delta', audio: expect.any(String) })
    expect(all.at(-1)).toMatchObject({ type: 'speech.audio.done', usage: { input_tokens: 8 } })
  })

  it.each([{ input: '' }, { input: 7 }, { response_format: 'opus' }])('not for %j', async (wrong) => {
    expect((await ask('speech', 'openai-speech', { ...body, ...wrong })).status).toBe(400)
  })
})

describe('transcriptions', () => {
  const sound = async () =>
    (
      await ask('speech', 'openai-speech', {
        model: 'speech',
        input: 'x'.repeat(45),
        voice: 'a',
        response_format: 'wav',
      })
    ).bytes
  const transcribe = async (fields: Record<string, string>) =>
    upload('transcription', 'openai-transcriptions', { model: 'transcription', ...fields }, await sound())

  it('say how much they were given', async () => {
    const { text } = await transcribe({})
    expect(JSON.parse(text)).toEqual({
      text: expect.stringContaining(
        'simulated transcription by sandbox/transcription: no model was run. It was given 3 ',
      ),
      usage: { type: 'duration', seconds: 3 },
    })
  })

  it.each([
    ['text', 'text/plain; charset=utf-8', /^This is/],
    ['srt', 'text/plain; charset=utf-8', /^1\n00:00:00,000 --> 00:00:03,000\nThis/],
    ['vtt', 'text/vtt; charset=utf-8', /^WEBVTT\n\n00:00:00\.000 --> 00:00:03\.000\nThis/],
    ['verbose_json', 'application/json', /"duration":3/],
  ])('as %s', async (response_format, contentType, form) => {
    const { text, type } = await transcribe({ response_format })
    expect(type).toBe(contentType)
    expect(text).toMatch(form)
  })

  it('as events', async () => {
    const { text, type } = await transcribe({ stream: 'true' })
    expect(type).toBe('text/event-stream')
    const all = events(text)
    const deltas = all.slice(0, -1).map((event) => event.delta)
    expect(all.at(-1)).toMatchObject({ type: 'transcript.text.done', text: deltas.join(''), usage: { seconds: 3 } })
  })

  it('of audio in JSON, as OpenRouter has it', async () => {
    const input_audio = { data: (await sound()).toString('base64'), format: 'wav' }
    const body = { model: 'transcription', input_audio }
    expect(await json('transcription', 'openai-transcriptions', body)).toMatchObject({ usage: { seconds: 3 } })
  })

  it('not without a file, nor of a form that is none', async () => {
    expect((await ask('transcription', 'openai-transcriptions', { model: 'transcription' })).status).toBe(400)
    const call = callOf({ body: {}, wire: 'openai-transcriptions', operation: 'transcription' })
    expect((await send({ ...call, body: Buffer.from('--x\r\nnonsense') })).status).toBe(400)
  })

  it('are translations, too', async () => {
    const fields = { model: 'transcription', response_format: 'verbose_json' }
    const { text } = await upload('translation', 'openai-translations', fields, await sound())
    expect(JSON.parse(text)).toMatchObject({ task: 'translate' })
  })
})

describe('reranking', () => {
  const body = { model: 'rerank', query: 'red apple', documents: ['a blue car', { text: 'A red apple.' }, 'an apple'] }

  it('puts first what has the words of the query', async () => {
    const { results, usage } = await json('rerank', 'jina-rerank', body)
    expect(results.map((result: JsonObject) => result.index)).toEqual([1, 2, 0])
    expect(results[0]).toEqual({ index: 1, relevance_score: 0.98, document: { text: 'A red apple.' } })
    expect(usage.total_tokens).toBeGreaterThan(0)
  })

  it('gives as many as asked for, without the documents if they are not wanted', async () => {
    const { results } = await json('rerank', 'jina-rerank', { ...body, top_n: 1, return_documents: false })
    expect(results).toEqual([{ index: 1, relevance_score: 0.98 }])
  })
})

describe('moderation', () => {
  it('flags by single words, each input by itself', async () => {
    const { results } = await json('moderation', 'openai-moderations', {
      model: 'moderation',
      input: ['Hello', 'I will kill you'],
    })
    expect(results.map((result: JsonObject) => result.flagged)).toEqual([false, true])
    expect(results[1]).toMatchObject({
      categories: { violence: true, hate: false },
      category_scores: { violence: 0.97 },
    })
  })

  it('takes parts as one input', async () => {
    const input = [
      { type: 'text', text: 'Hello' },
      { type: 'image_url', image_url: { url: 'data:,' } },
    ]
    expect((await json('moderation', 'openai-moderations', { model: 'moderation', input })).results).toHaveLength(1)
  })
})

describe('completions', () => {
  it.each(['Say hello', ['Say hello'], [1, 2, 3]])('of %j', async (prompt) => {
    expect(await json('completion', 'openai-completions', { model: 'fast', prompt })).toMatchObject({
      object: 'text_completion',
      choices: [{ text: expect.stringContaining('simulated answer'), finish_reason: 'stop' }],
    })
  })

  it('as events', async () => {
    const body = { model: 'fast', prompt: 'Hi', stream: true, stream_options: { include_usage: true } }
    const { text } = await ask('completion', 'openai-completions', body)
    expect(text.startsWith('data: {"id":"cmpl-')).toBe(true)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })
})

it('a model does what it is there for, and nothing else', async () => {
  for (const [operation, wire] of [
    ['chat', 'openai-chat'],
    ['speech', 'openai-speech'],
  ] as const) {
    const { status, text } = await ask(operation, wire, { model: 'image', input: 'Hi', voice: 'a', messages: [{}] })
    expect(status).toBe(404)
    expect(JSON.parse(text).error.code).toBe('model_not_found')
  }
})
