import { chatResultFromJSON, chatStreamChunkFromJSON } from '@openrouter/sdk/models'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, dataOf, fixture, run, sse } from '../support.ts'

const context = contextOf(callOf('openai-chat', {}, { flavour: 'openrouter' }))
const stream = (bytes: Buffer) => run(codec.stream('sse', context), [bytes])
const whole = (body: JsonObject) => codec.whole(Buffer.from(JSON.stringify(body)), context)

describe('a stream under /api/v1', () => {
  it.each(['openai-chat.sse', 'openai-chat-tools.sse', 'deepseek-reasoning-crlf.sse'])(
    "%s is parsed by OpenRouter's own client",
    (file) => {
      const chunks = dataOf(stream(fixture(file)).bytes.replaceAll('\r', ''))
      expect(chunks.length).toBeGreaterThan(3)
      for (const chunk of chunks) expect(chatStreamChunkFromJSON(JSON.stringify(chunk))).toMatchObject({ ok: true })
    },
  )

  it('has usage once, in the last chunk, with the cost', () => {
    const { bytes, reading } = stream(fixture('openai-chat.sse'))
    const chunks = dataOf(bytes)
    expect(chunks.filter((chunk) => 'usage' in chunk)).toEqual([chunks.at(-1)])
    expect(chunks.at(-1)).toMatchObject({ choices: [], provider: 'acme', usage: { prompt_tokens: 19, cost: 0.029 } })
    expect(reading.usage?.outputTokens).toBe(10)
    expect(bytes.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('cuts nulls out and keeps all other bytes', () => {
    const original = fixture('openai-chat.sse').toString().split('\n')
    const out = stream(fixture('openai-chat.sse')).bytes.split('\n')
    const cutOut = original.map((line) =>
      line.includes('"usage":null')
        ? line.replace(',"usage":null', '').replace(',"system_fingerprint":null', '')
        : line,
    )
    expect(out.slice(0, -6)).toEqual(cutOut.slice(0, -6))
  })

  it('leaves a clean stream alone', () => {
    const clean = sse(
      {
        id: 'a',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }],
      },
      {
        id: 'a',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { content: 'y' }, finish_reason: 'stop' }],
      },
      '[DONE]',
    )
    const reader = codec.stream('sse', context)
    expect(reader.push(clean)[0]).toBe(clean)
  })

  it('mends the chunks of sloppy servers, all of them', () => {
    const sloppy = (delta: JsonObject, more: JsonObject = {}) => ({
      id: 'a',
      choices: [{ delta, ...more }],
      created: 1.5,
    })
    const call = { id: null, type: null, function: { name: null, arguments: '{}' } }
    const bytes = sse(
      sloppy({ role: null, content: 'a', tool_calls: null }),
      sloppy({ role: '', content: 'b' }),
      sloppy({ content: 'c', reasoning_details: null }),
      sloppy({ tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] }),
      sloppy({ tool_calls: [call] }),
      {
        ...sloppy({}, { finish_reason: 'stop' }),
        usage: { prompt_tokens: 1, completion_tokens: 2, prompt_tokens_details: { cached_tokens: null } },
      },
    )
    const chunks = dataOf(stream(bytes).bytes)
    expect(chunks).toHaveLength(6)
    for (const chunk of chunks) expect(chatStreamChunkFromJSON(JSON.stringify(chunk))).toMatchObject({ ok: true })
    expect(chunks[5]?.usage).toEqual({
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 3,
      prompt_tokens_details: {},
      cost: 0.003,
    })
  })

  it('leaves running totals out and keeps the cost that an upstream states', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
    const chunk = (finish: string | null, more: JsonObject) => ({
      id: 'a',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta: { content: 'x' }, finish_reason: finish }],
      ...more,
    })
    const chunks = dataOf(
      stream(sse(chunk(null, { usage }), chunk(null, { usage }), chunk('stop', { usage: { ...usage, cost: 0.5 } })))
        .bytes,
    )
    expect(chunks.map((data) => (data.usage as JsonObject | undefined)?.cost)).toEqual([undefined, undefined, 0.5])
  })

  it('says an error as OpenRouter does', () => {
    const reader = codec.stream('sse', context)
    const error = { status: 502, type: 'provider_unavailable', message: 'cut', endpoint: 'acme/m' }
    const [chunk] = dataOf(String(reader.fail(error)[0]))
    expect(chunk).toMatchObject({
      id: 'gen-1700000000-abc',
      provider: 'acme',
      error: { code: 502, message: 'cut', metadata: { error_type: 'provider_unavailable' } },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: null }],
    })
    expect(chatStreamChunkFromJSON(JSON.stringify(chunk))).toMatchObject({ ok: true })
  })
})

describe('a whole answer under /api/v1', () => {
  const openai = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'hi', refusal: null, annotations: [], audio: null, tool_calls: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 2,
      total_tokens: 5,
      prompt_tokens_details: { cached_tokens: 1, audio_tokens: null },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
    service_tier: 'default',
  }

  it("is parsed by OpenRouter's own client, with cost and provider", () => {
    const { body, usage } = whole(openai)
    expect(chatResultFromJSON(body.toString())).toMatchObject({
      ok: true,
      value: { systemFingerprint: null, usage: { cost: 0.005 } },
    })
    expect(JSON.parse(body.toString())).toMatchObject({
      id: 'chatcmpl-1',
      provider: 'acme',
      choices: [{ message: { refusal: null } }],
    })
    expect(usage).toMatchObject({ inputTokens: 3, outputTokens: 2, cacheReadTokens: 1, reasoningTokens: 0 })
  })

  it('keeps what is right already', () => {
    const body = Buffer.from(
      '{"id":"g", "object":"chat.completion","created":1,"model":"m","provider":"x","system_fingerprint":null,"big":12345678901234567890,"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}',
    )
    expect(codec.whole(body, context).body).toBe(body)
  })

  it('adds the cost to embeddings and responses, byte-wise', () => {
    const embeddings = contextOf(callOf('openai-embeddings', {}, { flavour: 'openrouter', stream: false }))
    const body =
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}'
    expect(codec.whole(Buffer.from(body), embeddings).body.toString()).toBe(
      body.replace('"total_tokens":8', '"total_tokens":8,"cost":0.008'),
    )
  })
})
