/** Chats that answer with sound or pictures, and chats that bring them. */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, run, sse } from '../support.ts'

const chunk = (delta: JsonObject, finish: string | null = null, top: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...top,
})
const reader = () =>
  codec.stream('sse', contextOf(callOf('openai-chat', { stream_options: { include_usage: true } }), 'openai-chat'))
const stop = chunk({}, 'stop')

describe('speech in a chat stream', () => {
  const events = [
    chunk({ role: 'assistant', content: null, audio: { id: 'audio_1' } }),
    chunk({ audio: { id: 'audio_1', transcript: 'Hel' } }),
    chunk({ audio: { id: 'audio_1', data: 'AAEC' } }),
    chunk({ audio: { id: 'audio_1', transcript: 'lo', expires_at: 1 } }),
    stop,
    {
      id: 'chatcmpl-1',
      choices: [],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 30,
        total_tokens: 39,
        completion_tokens_details: { audio_tokens: 25 },
      },
    },
    '[DONE]',
  ]

  it('passes byte for byte, begins with what is heard, and counts what is said', () => {
    const stream = reader()
    stream.push(sse(events[0]!))
    expect(stream.started).toBe(false)
    stream.push(sse(events[1]!))
    expect(stream.started).toBe(true)
    const whole = reader()
    expect(run(whole, [sse(...events)]).bytes).toBe(sse(...events).toString())
    expect(whole).toMatchObject({ finished: true, outputChars: 5, usage: { audioOutputTokens: 25, outputTokens: 30 } })
    expect(whole.malformed).toBeUndefined()
  })

  it('alone is no empty answer', () => {
    const stream = reader()
    run(stream, [sse(chunk({ audio: { id: 'a', data: 'AAEC' } }), stop, '[DONE]')])
    expect(stream).toMatchObject({ started: true, finished: true })
  })
})

describe('pictures in a chat stream', () => {
  const picture = { type: 'image_url', index: 0, image_url: { url: `data:image/png;base64,${'A'.repeat(200_000)}` } }

  it('are output, however large, and pass byte for byte', () => {
    const events = [chunk({ role: 'assistant', content: '', images: [picture] }), stop, '[DONE]']
    const stream = reader()
    expect(run(stream, [sse(...events)]).bytes).toBe(sse(...events).toString())
    expect(stream).toMatchObject({ started: true, finished: true })
  })

  it('are no empty answer when it comes whole', () => {
    const message = { role: 'assistant', content: '', images: [picture] }
    const body = JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }] })
    const reading = codec.whole(
      Buffer.from(body),
      contextOf(callOf('openai-chat', {}, { stream: false }), 'openai-chat'),
    )
    expect(reading).toMatchObject({ started: true, finished: true })
    expect(reading.body.toString()).toBe(body)
  })
})

describe('for clients of text only', () => {
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const shown = '![image](data:image/png;base64,AAAA)\\n'
  const message = { role: 'assistant', content: null, images: [picture] }
  const body = JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }] })

  it.each(['anthropic-messages', 'openai-responses'] as const)(
    'pictures and what speech says are text in %s',
    (client) => {
      const whole = codec.whole(Buffer.from(body), contextOf(callOf(client, {}, { stream: false }), 'openai-chat'))
      expect(whole.body.toString()).toContain(`"text":"${shown}"`)
      const deltas = [chunk({ content: '', images: [picture] }), chunk({ audio: { id: 'a', transcript: 'Hi' } })]
      const stream = codec.stream('sse', contextOf(callOf(client, {}), 'openai-chat'))
      const { bytes } = run(stream, [sse(...deltas, stop, '[DONE]')])
      expect(bytes).toContain(shown)
      expect(bytes).toContain('"Hi"')
    },
  )
})

describe('sound in a question', () => {
  it('is asked of who takes sound, and is not taken for a long text', () => {
    const data = 'A'.repeat(2_100_000)
    const content = [
      { type: 'text', text: 'What is said?' },
      { type: 'input_audio', input_audio: { data, format: 'mp3' } },
    ]
    const { demand } = codec.describe(callOf('openai-chat', { messages: [{ role: 'user', content }] }))
    expect(demand.audio).toBe(true)
    // 100 seconds of ten tokens of four bytes.
    expect(demand.textBytes).toBeGreaterThan(4000)
    expect(demand.textBytes).toBeLessThan(4500)
  })

  it('has no form in Messages, which is said', () => {
    const content = [{ type: 'input_audio', input_audio: { data: 'AAEC', format: 'wav' } }]
    const options = { upstreamModel: 'claude', maker: 'a/claude', streamUsage: true, routingFields: false }
    const asking = (body: JsonObject) => () =>
      codec.encode(callOf('openai-chat', { model: 'm', ...body }), 'anthropic-messages', options)
    expect(asking({ messages: [{ role: 'user', content }] })).toThrow(/input_audio/)
    const messages = [{ role: 'user', content: 'Hi' }]
    expect(asking({ messages, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } })).toThrow(
      /modalities/,
    )
    expect(asking({ messages, modalities: ['image', 'text'] })).toThrow(/modalities/)
  })
})
