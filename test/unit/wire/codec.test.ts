import { describe, expect, it } from 'vitest'
import type { EncodeOptions } from '../../../src/routing/codec.ts'
import { callOf, codec } from './support.ts'

const options: EncodeOptions = {
  upstreamModel: 'up/stream',
  maker: 'acme/model-1',
  streamUsage: true,
  routingFields: false,
}
const encode = (raw: string, more: Partial<EncodeOptions> = {}, stream = true, wire = 'openai-chat') => {
  const call = callOf(wire, JSON.parse(raw), { raw: Buffer.from(raw), stream })
  return codec.encode(call, wire, { ...options, ...more })
}

describe('encode in the same wire', () => {
  it('changes the model, cuts the routing fields, and touches nothing else', () => {
    const raw = `{"usage":{"include":true}, "model":"small", "seed":12345678901234567890,"messages":[{"role":"user","content":"model"}],
      "provider":{"order":["a"]},"models":["x"],"route":"fallback","transforms":[],"plugins":[],"session_id":"s","preset":"p","trace":{},"debug":{}, "user":"u"}`
    expect(encode(raw, {}, false).body.toString()).toBe(
      ` {"model":"up/stream", "seed":12345678901234567890,"messages":[{"role":"user","content":"model"}], "user":"u"}`.replace(
        ' {',
        '{ ',
      ),
    )
  })

  it('leaves the routing fields to an upstream that speaks them', () => {
    expect(encode('{"model":"m","provider":{"sort":"price"}}', { routingFields: true }, false).body.toString()).toBe(
      '{"model":"up/stream","provider":{"sort":"price"}}',
    )
  })

  it('gives the very bytes when nothing has to change', () => {
    const raw = Buffer.from('{"model":"up/stream"}')
    const call = callOf('openai-chat', JSON.parse(raw.toString()), { raw, stream: false })
    expect(codec.encode(call, 'openai-chat', options).body).toBe(raw)
    const form = callOf('openai-transcription', {}, { raw, contentType: 'multipart/form-data; boundary=x' })
    expect(codec.encode(form, 'openai-transcription', options).body).toBe(raw)
  })

  it('asks for usage in streams, once', () => {
    const asked = '{"model":"m","stream":true,"stream_options":{"include_usage":true}}'
    expect(encode(asked).body.toString()).toBe(asked.replace('"m"', '"up/stream"'))
    expect(encode('{"model":"m","stream":true}').json()).toEqual({
      model: 'up/stream',
      stream: true,
      stream_options: { include_usage: true },
    })
    const other = encode('{"model":"m","stream_options":{"include_usage":false,"x":1},"stream":true}')
    expect(JSON.parse(other.body.toString()).stream_options).toEqual({ include_usage: true, x: 1 })
    expect(encode('{"model":"m"}', { streamUsage: false }).body.toString()).toBe('{"model":"up/stream"}')
    expect(encode('{"model":"m"}', {}, false).body.toString()).toBe('{"model":"up/stream"}')
    expect(encode('{"model":"m"}', {}, true, 'anthropic-messages').body.toString()).toBe('{"model":"up/stream"}')
  })

  it('json() is the body parsed', () => {
    const encoded = encode('{"model":"m","usage":{},"a":[1]}')
    expect(encoded.json()).toEqual(JSON.parse(encoded.body.toString()))
    expect(encoded.json()).toBe(encoded.json())
  })
})

describe('encode in another wire', () => {
  it('translates chat to messages and back, without the routing fields', () => {
    const chat = callOf('openai-chat', {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 5,
      provider: {},
      stream: true,
    })
    const messages = codec.encode(chat, 'anthropic-messages', options)
    expect(messages.wire).toBe('anthropic-messages')
    expect(JSON.parse(messages.body.toString())).toMatchObject({ model: 'up/stream', max_tokens: 5, stream: true })
    expect(messages.json()).not.toHaveProperty('provider')
    expect(messages.json()).not.toHaveProperty('stream_options')

    const claude = callOf('anthropic-messages', {
      model: 'm',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    })
    expect(codec.encode(claude, 'openai-chat', options).json()).toMatchObject({
      model: 'up/stream',
      stream_options: { include_usage: true },
    })
    expect(codec.encode(claude, 'openai-chat', { ...options, streamUsage: false }).json()).not.toHaveProperty(
      'stream_options',
    )
  })

  it('refuses what no converter speaks', () => {
    expect(() => codec.encode(callOf('openai-embeddings', {}), 'openai-chat', options)).toThrow(
      expect.objectContaining({ code: 'ROUTER_BAD_REQUEST' }),
    )
  })
})

it('converts chats between the wires that have a converter, and anything to itself', () => {
  expect(codec.converts('chat', 'openai-chat', 'anthropic-messages')).toBe(true)
  expect(codec.converts('chat', 'anthropic-messages', 'openai-chat')).toBe(true)
  expect(codec.converts('chat', 'openai-responses', 'openai-chat')).toBe(true)
  expect(codec.converts('embedding', 'openai-embeddings', 'openai-embeddings')).toBe(true)
  expect(codec.converts('completion', 'openai-chat', 'anthropic-messages')).toBe(false)
})
