import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject, Wire } from '../../../../src/plugins/api.ts'
import { runs } from '../../../helpers/properties.ts'
import { callOf, codec, contextOf, cut, fixture, run } from '../support.ts'

interface Golden {
  file: string
  wire: Wire
  request?: JsonObject
  /** Absent: the bytes go through untouched. */
  bytes?: (original: string) => string
  reading: JsonObject
}

const weather = [{ type: 'function', function: { name: 'get_weather' } }, { name: 'get_time' }]
const usageAsked = { stream_options: { include_usage: true } }
const beforeLastEvents = (marker: string) => (original: string) => original.slice(0, original.indexOf(marker))

const GOLDEN: Golden[] = [
  {
    file: 'openai-chat.sse',
    wire: 'openai-chat',
    request: usageAsked,
    reading: {
      started: true,
      finished: true,
      usage: { inputTokens: 19, outputTokens: 10, cacheReadTokens: 0, reasoningTokens: 0 },
      finishReason: 'stop',
      upstreamId: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG',
      outputChars: 'Hello! How can I "help"\n you 漢字 today "usage": finish_reason?usage'.length,
      toolCalls: 0,
    },
  },
  {
    file: 'openai-chat.sse',
    wire: 'openai-chat',
    bytes: (original) => original.replace(/data: [^\n]*"choices":\[\][^\n]*\n\n/, ''),
    reading: { finished: true, usage: { inputTokens: 19, outputTokens: 10, cacheReadTokens: 0, reasoningTokens: 0 } },
  },
  {
    file: 'openai-chat-tools.sse',
    wire: 'openai-chat',
    request: { ...usageAsked, tools: weather },
    reading: { started: true, finished: true, finishReason: 'tool_calls', toolCalls: 2, outputChars: 0 },
  },
  {
    file: 'deepseek-reasoning-crlf.sse',
    wire: 'openai-chat',
    reading: {
      started: true,
      finished: true,
      finishReason: 'stop',
      outputChars: 'First, compare 9.119.8 wins'.length,
      usage: { inputTokens: 17, outputTokens: 9, cacheReadTokens: 16, reasoningTokens: 5 },
    },
  },
  {
    file: 'openrouter-error.sse',
    wire: 'openai-chat',
    bytes: beforeLastEvents(
      'data: {"id":"gen-1741570283-abc","provider":"OpenAI","model":"openai/gpt-4o","object":"chat.completion.chunk","created":1741570283,"error"',
    ),
    reading: { started: true, finished: false, errorText: expect.stringContaining('Upstream disconnected') },
  },
  {
    file: 'anthropic-messages.sse',
    wire: 'anthropic-messages',
    request: { tools: weather },
    reading: {
      started: true,
      finished: true,
      finishReason: 'tool_calls',
      toolCalls: 1,
      upstreamId: 'msg_01p4gUoEHG6Q8TR9Qsva',
      // The whole input: 472 uncached, 1000 read from the cache and 100 written to it.
      usage: { inputTokens: 1572, outputTokens: 89, cacheReadTokens: 1000, cacheWriteTokens: 100 },
    },
  },
  {
    file: 'anthropic-error.sse',
    wire: 'anthropic-messages',
    bytes: beforeLastEvents('event: error'),
    reading: { started: true, finished: false, errorText: expect.stringContaining('overloaded_error') },
  },
  {
    file: 'openai-responses.sse',
    wire: 'openai-responses',
    request: { tools: [{ type: 'function', name: 'get_weather' }] },
    reading: {
      started: true,
      finished: true,
      finishReason: 'tool_calls',
      toolCalls: 1,
      outputChars: 'Greet.Hi there!'.length,
      upstreamId: expect.stringMatching(/^resp_/),
      usage: { inputTokens: 37, outputTokens: 11, cacheReadTokens: 12, reasoningTokens: 4 },
    },
  },
  {
    file: 'openai-responses-failed.sse',
    wire: 'openai-responses',
    bytes: beforeLastEvents('event: response.failed'),
    reading: { started: true, finished: false, errorText: expect.stringContaining('The model failed.') },
  },
  {
    file: 'openai-completions.sse',
    wire: 'openai-completions',
    request: usageAsked,
    reading: {
      started: true,
      finished: true,
      finishReason: 'length',
      outputChars: 'This is a "test"'.length,
      usage: { inputTokens: 5, outputTokens: 7 },
    },
  },
]

describe.each(GOLDEN)('$file', ({ file, wire, request = {}, bytes: expected, reading }) => {
  const bytes = fixture(file)
  const read = (chunks: Buffer[], flavour: 'openai' | 'openrouter' = 'openai') =>
    run(codec.stream('sse', contextOf(callOf(wire, request, { flavour }))), chunks)

  it('is read, and passes', () => {
    const result = read([bytes])
    expect(result.reading).toMatchObject(reading)
    expect(result.bytes).toBe(expected ? expected(bytes.toString()) : bytes.toString())
  })

  it.each(['openai', 'openrouter'] as const)('gives the same bytes and reading for any chunking (%s)', (flavour) => {
    const whole = read([bytes], flavour)
    const single = read(
      [...bytes].map((byte) => Buffer.of(byte)),
      flavour,
    )
    expect(single).toEqual(whole)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
        expect(read(cut(bytes, places), flavour)).toEqual(whole)
      }),
      { numRuns: runs(60) },
    )
  })

  it('hands back the chunk itself when it ends with an event and nothing changes', () => {
    const reader = codec.stream('sse', contextOf(callOf(wire, request)))
    const [first] = bytes.toString().split(/(?<=\n\r?\n)/)
    const chunk = Buffer.from(first ?? '')
    expect(reader.push(chunk)).toEqual([chunk])
    expect(reader.push(Buffer.alloc(0))).toEqual([])
  })

  it('never throws, whatever is damaged', () => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length),
        fc.uint8Array({ maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        (at, garbage, places) => {
          const damaged = Buffer.concat([bytes.subarray(0, at), garbage, bytes.subarray(at + garbage.length)])
          expect(() => read(cut(damaged, places), 'openrouter')).not.toThrow()
        },
      ),
      { numRuns: runs(100) },
    )
  })
})

it('hands back the very same Buffer', () => {
  const reader = codec.stream('sse', contextOf(callOf('openai-chat', usageAsked)))
  const bytes = fixture('openai-chat.sse')
  expect(reader.push(bytes)[0]).toBe(bytes)
})
