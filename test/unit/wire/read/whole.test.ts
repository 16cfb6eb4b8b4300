import { describe, expect, it } from 'vitest'
import type { JsonObject, Wire } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf } from '../support.ts'

const readIn = (wire: Wire, body: JsonObject | string, request: JsonObject = {}, client: Wire = wire) => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { bytes, ...codec.whole(bytes, contextOf(callOf(client, request, { stream: false }), wire)) }
}
const chat = (message: JsonObject, finish: string | null = 'stop', more: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  ...more,
})
const call = (args: string, name = 'f') => ({
  content: null,
  tool_calls: [{ id: 'c', type: 'function', function: { name, arguments: args } }],
})
const tools = { tools: [{ type: 'function', function: { name: 'f' } }] }

describe('a whole chat completion', () => {
  it("is read once and passed on in the upstream's own bytes", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 1 } }
    const { bytes, body, ...reading } = readIn('openai-chat', chat({ content: 'hello' }, 'stop', { usage }))
    expect(body).toBe(bytes)
    expect(reading).toEqual({
      started: true,
      finished: true,
      outputChars: 5,
      toolCalls: 0,
      finishReason: 'stop',
      upstreamId: 'chatcmpl-1',
      usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 1 },
    })
  })

  it.each([
    ['an error object', '{"error":{"message":"boom"}}'],
    ['an error with null choices', '{"error":{"message":"boom"},"choices":null}'],
    ['an error in the choice', JSON.stringify(chat({ content: '' }, 'error', { error: { message: 'boom' } }))],
  ])('%s under 200 is an error, in its own words', (_, body) => {
    expect(readIn('openai-chat', body)).toMatchObject({ errorText: body, started: false })
  })

  it.each([
    ['nothing', {}, 'stop'],
    ['null content and no finish reason', { content: null }, null],
    ['empty strings', { content: '', reasoning: '' }, 'stop'],
  ])('%s is an empty completion', (_, message, finish) => {
    expect(readIn('openai-chat', chat(message, finish)).started).toBe(false)
    expect(readIn('openai-chat', { choices: [] }).started).toBe(false)
  })

  it('reasoning, a tool call, or a limit reached out of sight is not empty', () => {
    expect(readIn('openai-chat', chat({ content: '', reasoning_content: 'hm' })).started).toBe(true)
    expect(readIn('openai-chat', chat(call('{}'), 'tool_calls'), tools)).toMatchObject({ started: true, toolCalls: 1 })
    expect(readIn('openai-chat', chat({ content: '' }, 'length')).started).toBe(true)
    expect(readIn('openai-chat', chat({ content: '' }, 'stop', { usage: { completion_tokens: 9 } })).started).toBe(true)
  })

  it.each([
    ['not JSON', '<html>', {}],
    ['half of it', '{"choices":[{"mess', {}],
    ['not an object', '[1]', {}],
    ['no choices', '{"id":"x"}', {}],
  ])('%s is malformed', (_, body, request) => {
    const reading = readIn('openai-chat', body, request)
    expect(reading.malformed).toEqual(expect.any(String))
    expect(reading.errorText).toBeUndefined()
  })

  it.each([
    ['arguments that are not JSON', chat(call('{"a":'), 'tool_calls')],
    ['an unknown tool', chat(call('{}', 'g'), 'tool_calls')],
  ])('%s is invalid output, and an answer', (_, body) => {
    const reading = readIn('openai-chat', body, tools)
    expect(reading).toMatchObject({ started: true, finished: true, invalidOutput: expect.any(String) })
    expect(reading.malformed).toBeUndefined()
    expect(JSON.parse(reading.body.toString())).toMatchObject(body)
  })

  it('must be JSON where the request demands it', () => {
    const request = { response_format: { type: 'json_schema', json_schema: {} } }
    expect(readIn('openai-chat', chat({ content: '{"a":1}' }), request).invalidOutput).toBeUndefined()
    expect(readIn('openai-chat', chat({ content: 'Sure! {' }), request).invalidOutput).toMatch(/response_format/)
    expect(readIn('openai-chat', chat({ content: '{"a"' }, 'length'), request).invalidOutput).toBeUndefined()
    expect(readIn('openai-chat', chat({ content: null, refusal: 'I cannot.' }), request).invalidOutput).toBeUndefined()
    expect(
      readIn('openai-chat', chat({ content: 'text' }), { response_format: { type: 'text' } }).invalidOutput,
    ).toBeUndefined()
  })
})

describe('a whole message', () => {
  const message = (content: JsonObject[], stop: string, output = 5): JsonObject => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content,
    stop_reason: stop,
    usage: { input_tokens: 10, cache_read_input_tokens: 20, cache_creation_input_tokens: 5, output_tokens: output },
  })

  it('is read', () => {
    const body = message([{ type: 'text', text: 'hey' }], 'end_turn')
    expect(readIn('anthropic-messages', body)).toMatchObject({
      started: true,
      finished: true,
      finishReason: 'stop',
      outputChars: 3,
      upstreamId: 'msg_1',
      usage: { inputTokens: 35, outputTokens: 5, cacheReadTokens: 20, cacheWriteTokens: 5 },
    })
  })

  it('can be an error, empty, or malformed', () => {
    const overloaded = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    expect(readIn('anthropic-messages', overloaded).errorText).toBe(overloaded)
    expect(readIn('anthropic-messages', message([], 'end_turn', 0)).started).toBe(false)
    expect(readIn('anthropic-messages', '{"type":"message"}').malformed).toMatch(/no content/)
    const use = { type: 'tool_use', id: 't', name: 'g', input: {} }
    expect(readIn('anthropic-messages', message([use], 'tool_use'), { tools: [{ name: 'f' }] }).invalidOutput).toMatch(
      /"g"/,
    )
  })

  it('is translated for an OpenAI client', () => {
    const reading = readIn(
      'anthropic-messages',
      message([{ type: 'text', text: 'hey' }], 'end_turn'),
      {},
      'openai-chat',
    )
    expect(JSON.parse(reading.body.toString())).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'hey' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 35, completion_tokens: 5 },
    })
    expect(reading).toMatchObject({ started: true, usage: { inputTokens: 35 } })
  })
})

describe('other whole bodies', () => {
  it('responses', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'hey' }] }]
    const usage = { input_tokens: 1, output_tokens: 2 }
    const body = { id: 'resp_1', status: 'completed', error: null, output, usage }
    expect(readIn('openai-responses', body)).toMatchObject({
      started: true,
      finished: true,
      outputChars: 3,
      usage: { outputTokens: 2 },
    })
    expect(
      readIn('openai-responses', { status: 'failed', error: { message: 'boom' }, output: [] }).errorText,
    ).toContain('boom')
    expect(readIn('openai-responses', { status: 'completed', output: [] }).started).toBe(false)
    const request = { text: { format: { type: 'json_schema' } } }
    expect(readIn('openai-responses', body, request).invalidOutput).toMatch(/response_format/)
  })

  it('embeddings', () => {
    const usage = { prompt_tokens: 4, total_tokens: 4 }
    expect(readIn('openai-embeddings', { data: [{ embedding: [1] }], usage })).toMatchObject({
      started: true,
      usage: { inputTokens: 4 },
    })
    expect(readIn('openai-embeddings', { data: [] }).started).toBe(false)
    expect(readIn('openai-embeddings', '{"error":"x"}').errorText).toBe('{"error":"x"}')
    expect(readIn('openai-embeddings', '{}').malformed).toMatch(/no data/)
  })

  it('completions', () => {
    expect(readIn('openai-completions', { choices: [{ text: 'abc', finish_reason: 'length' }] })).toMatchObject({
      started: true,
      outputChars: 3,
      finishReason: 'length',
    })
  })

  it('of unknown wires pass, but for a bare error', () => {
    const { bytes, body, ...reading } = readIn('acme-audio', 'ID3 audio bytes')
    expect(body).toBe(bytes)
    expect(reading).toEqual({ started: true, finished: true, outputChars: 0, toolCalls: 0 })
    expect(readIn('acme-rerank', '{"error":{"message":"boom"}}')).toMatchObject({
      started: false,
      errorText: expect.stringContaining('boom'),
    })
    expect(readIn('acme-rerank', '{"results":[1],"error":null}').errorText).toBeUndefined()
  })
})
