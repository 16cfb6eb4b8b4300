import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../../../src/base/byte-budget.ts'
import type { JsonObject } from '../../../../../src/plugins/api.ts'
import { createCodec } from '../../../../../src/wire/codec.ts'
import { callOf, codec, contextOf, cut, dataOf, readingOf, run, sse } from '../../support.ts'

const chunk = (delta: JsonObject, more: JsonObject = {}, top: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
  ...top,
})
const role = chunk({ role: 'assistant', content: '' })
const word = chunk({ content: 'word' })
const stop = chunk({}, { finish_reason: 'stop' })
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
const usageChunk = { ...stop, choices: [], usage }

const reader = (body: JsonObject = {}, flavour: 'openai' | 'openrouter' = 'openai') =>
  codec.stream('sse', contextOf(callOf('openai-chat', body, { flavour })))
const read = (events: (JsonObject | string)[], body?: JsonObject) => run(reader(body), [sse(...events)])

describe('the first output token', () => {
  it.each([
    ['text', { content: 'a' }],
    ['reasoning (DeepSeek)', { reasoning_content: 'a' }],
    ['reasoning (OpenRouter)', { reasoning: 'a' }],
    ['encrypted reasoning', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }],
    ['a refusal', { refusal: 'no' }],
    ['a tool call', { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }],
    ['an image', { images: [{ type: 'image_url' }] }],
  ])('is %s', (_, delta) => {
    const tap = reader()
    tap.push(sse(role))
    expect(tap.started).toBe(false)
    tap.push(sse(chunk(delta)))
    expect(tap.started).toBe(true)
  })

  it('is no role, no empty delta, no comment and no empty list of tool calls', () => {
    const tap = reader()
    tap.push(Buffer.from(': OPENROUTER PROCESSING\n\n'))
    tap.push(sse(role, chunk({ content: null, tool_calls: [] }), { ...role, choices: [], prompt_filter_results: [] }))
    expect(tap.started).toBe(false)
    expect(tap.finished).toBe(false)
  })
})

describe('an error in the stream', () => {
  it.each([
    ['an error object', { error: { message: 'boom', code: 'x' } }],
    ['an error beside choices', chunk({ content: '' }, { finish_reason: 'error' }, { error: { message: 'boom' } })],
    ['an error in a choice', chunk({}, { error: { message: 'boom' } })],
    ['finish_reason error', chunk({ boom: 1 }, { finish_reason: 'error' })],
    ['finish_reason of a server that ran out', chunk({ boom: 1 }, { finish_reason: 'insufficient_system_resource' })],
    ['the old form of vLLM', { object: 'error', message: 'boom', code: 400 }],
  ])('%s is held back, what came before it is not', (_, error) => {
    for (const before of [[role], [role, word, word]]) {
      const { bytes, reading } = read([...before, error, word, '[DONE]'])
      expect(bytes).toBe(sse(...before).toString())
      expect(reading.errorText).toContain('boom')
      expect(reading.finished).toBe(false)
    }
  })

  it('null errors and the content filter of Azure are none', () => {
    const azure = { content_filter_results: { error: { code: 'content_filter_error', message: 'timeout' } } }
    const events = [role, { ...word, error: null }, chunk({ content: 'x' }, azure), stop, '[DONE]']
    expect(read(events)).toMatchObject({ bytes: sse(...events).toString(), reading: { finished: true } })
  })
})

describe('malformed streams', () => {
  it('an event that is not JSON ends what has no output yet', () => {
    const { bytes, reading } = read([role, '{"id": oops', word])
    expect(bytes).toBe(sse(role).toString())
    expect(reading.malformed).toMatch(/not a JSON object/)
  })

  it('an event without an end is cut off at the limit', () => {
    const tap = createCodec({ maxEventBytes: 1024 * 1024 }).stream('sse', contextOf(callOf('openai-chat', {})))
    const piece = Buffer.alloc(256 * 1024, 'x')
    tap.push(sse(role))
    for (let i = 0; i < 40; i++) expect(tap.push(piece)).toEqual([])
    expect(tap.malformed).toMatch(/longer than 1048576 bytes/)
    expect(tap.end()).toEqual([])
  })

  it('an event for which the router has no room left is its own fault', () => {
    for (const wire of ['openai-chat', 'anthropic-messages'] as const) {
      const tap = createCodec({ budget: new ByteBudget(1000) }).stream(
        'sse',
        contextOf(callOf('openai-chat', {}), wire),
      )
      tap.push(Buffer.alloc(2000, 'x'))
      expect(tap.malformed).toBeUndefined()
      expect(tap.routerFault).toMatch(/server\.stream_buffer/)
    }
  })

  it('tool calls are checked when they are complete', () => {
    const call = (args: string, name = 'f') =>
      chunk({ tool_calls: [{ index: 0, id: 'c', function: { name, arguments: args } }] })
    const more = (args: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: args } }] })
    const end = chunk({}, { finish_reason: 'tool_calls' })
    const tools = { tools: [{ type: 'function', function: { name: 'f' } }] }
    expect(read([call('{"a"'), more(':1}'), end], tools).reading).toMatchObject({ finished: true, toolCalls: 1 })
    expect(read([call(''), end], tools).reading.invalidOutput).toBeUndefined()
    const broken = read([call('{"a"'), more(':'), end, '[DONE]'], tools)
    expect(broken.reading.invalidOutput).toMatch(/arguments of its call of "f" are not valid JSON/)
    // It may be delivered all the same.
    expect(broken.bytes).toContain('finish_reason":"tool_calls')
    // Cut off by the length limit is not the model's fault.
    expect(read([call('{"a"'), chunk({}, { finish_reason: 'length' })], tools).reading.invalidOutput).toBeUndefined()
    const unknown = read([call('{}', 'g'), end], tools)
    expect(unknown.reading).toMatchObject({ invalidOutput: expect.stringMatching(/tool "g"/) })
    expect(read([call('{}', 'g'), end], {}).reading.invalidOutput).toBeUndefined()
  })
})

describe('the end', () => {
  it('without finish reason and end marker is no end', () => {
    expect(read([role, word]).reading.finished).toBe(false)
    const partial = Buffer.concat([sse(role, word), Buffer.from('data: {"id":"chat')])
    expect(run(reader(), [partial])).toMatchObject({ bytes: sse(role, word).toString(), reading: { finished: false } })
  })

  it('gets the marker that the upstream forgot, or only its blank line', () => {
    const all = sse(role, word, stop, '[DONE]').toString()
    expect(read([role, word, stop]).bytes).toBe(all)
    expect(run(reader(), [Buffer.from(all.slice(0, -2))]).bytes).toBe(all)
  })

  it('an answer without output is empty, unless the tokens went into hidden work', () => {
    expect(read([role, stop, '[DONE]']).reading).toMatchObject({ started: false, finished: true })
    expect(read([role, stop, usageChunk, '[DONE]']).reading.started).toBe(true)
    expect(read([role, chunk({}, { finish_reason: 'length' })]).reading.started).toBe(true)
  })
})

describe('usage under /v1', () => {
  const events = [role, word, stop, usageChunk, '[DONE]']

  it('that only the router asked for is taken out, wherever the chunks end', () => {
    const expected = sse(role, word, stop, '[DONE]').toString()
    const bytes = sse(...events)
    for (let at = 0; at <= bytes.length; at++) {
      const { bytes: out, reading } = run(reader(), cut(bytes, [at]))
      expect(out).toBe(expected)
      expect(reading.usage).toEqual({ inputTokens: 3, outputTokens: 2 })
    }
  })

  it('stays when it was asked for, or where the upstream put it on the last chunk with choices', () => {
    expect(read(events, { stream_options: { include_usage: true } }).bytes).toBe(sse(...events).toString())
    const onFinish = [role, word, { ...stop, usage }, '[DONE]']
    expect(read(onFinish)).toMatchObject({
      bytes: sse(...onFinish).toString(),
      reading: { usage: { outputTokens: 2 } },
    })
  })

  it("is found in Groq's and Moonshot's places", () => {
    expect(read([word, { ...stop, x_groq: { id: 'r', usage } }]).reading.usage).toMatchObject({ inputTokens: 3 })
    expect(read([word, chunk({}, { finish_reason: 'stop', usage })]).reading.usage).toMatchObject({ inputTokens: 3 })
  })
})

describe('fail', () => {
  const error = {
    status: 502,
    type: 'provider_unavailable',
    message: 'The answer broke off: reset',
    endpoint: 'acme/m',
  }

  it('speaks OpenAI under /v1', () => {
    const tap = reader()
    tap.push(sse(role, word))
    const [bytes] = tap.fail(error)
    expect(dataOf(String(bytes))).toEqual([
      {
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: 'acme-1',
        choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
        error: { message: error.message, type: 'server_error', param: null, code: 'provider_unavailable' },
      },
    ])
    expect(String(bytes)).not.toContain('[DONE]')
    expect([...tap.push(sse(word)), ...tap.end()]).toEqual([])
    expect(readingOf(tap).started).toBe(true)
  })

  it('drops half an event, so that the error begins on a fresh line', () => {
    const tap = reader()
    const out = tap.push(Buffer.concat([sse(role, word), Buffer.from('data: {"id"')]))
    expect(Buffer.concat([...out, ...tap.fail(error)]).toString()).toMatch(
      /\n\ndata: \{"id":"chatcmpl-1".*"error":.*\n\n$/,
    )
  })
})
