import { describe, expect, it } from 'vitest'
import type { JsonObject, Wire } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, dataOf, fixture, readingOf, run } from '../support.ts'

const readerOf = (wire: Wire, request: JsonObject = {}) => codec.stream('sse', contextOf(callOf(wire, request)))
const named = (...events: (JsonObject & { type: string })[]): Buffer =>
  Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
const error = { status: 503, type: 'provider_overloaded', message: 'cut', endpoint: 'acme/m' }

describe('anthropic-messages', () => {
  const start = { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 4, output_tokens: 1 } } }
  const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } }
  const tool = (name: string) => ({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 't', name, input: {} },
  })
  const json = (text: string) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: text },
  })
  const stop = (reason: string) => ({
    type: 'message_delta',
    delta: { stop_reason: reason },
    usage: { output_tokens: 7 },
  })
  const tools = { tools: [{ name: 'f' }] }

  it('starts with text, thinking or a tool, not with the frame around them', () => {
    const tap = readerOf('anthropic-messages')
    tap.push(named(start, { type: 'ping' }, block))
    expect(tap.started).toBe(false)
    tap.push(named(delta))
    expect(tap.started).toBe(true)
  })

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['refusal', 'content_filter'],
  ])('stop_reason %s is %s', (native, normal) => {
    const { reading } = run(readerOf('anthropic-messages'), [
      named(start, block, delta, stop(native), { type: 'message_stop' }),
    ])
    expect(reading).toMatchObject({ finished: true, finishReason: normal, usage: { inputTokens: 4, outputTokens: 7 } })
  })

  it('checks tool calls', () => {
    const read = (...events: (JsonObject & { type: string })[]) =>
      run(readerOf('anthropic-messages', tools), [named(start, ...events)]).reading
    expect(read(tool('f'), json('{"a"'), json(':1}'), stop('tool_use'))).toMatchObject({ finished: true, toolCalls: 1 })
    expect(read(tool('f'), json('{"a"'), stop('tool_use')).invalidOutput).toMatch(/not valid JSON/)
    expect(read(tool('f'), json('{"a"'), stop('max_tokens')).invalidOutput).toBeUndefined()
    expect(read(tool('g'))).toMatchObject({ invalidOutput: expect.stringMatching(/"g"/) })
    const server = {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    }
    expect(read(server, json('{"query"'), stop('end_turn'))).toMatchObject({
      started: true,
      toolCalls: 0,
      finished: true,
    })
  })

  it('ends with message_stop, and breaks off with an error event', () => {
    expect(run(readerOf('anthropic-messages'), [named(start, block, delta, stop('end_turn'))]).bytes).toMatch(
      /\n\nevent: message_stop\ndata: \{"type":"message_stop"\}\n\n$/,
    )
    expect(String(readerOf('anthropic-messages').fail(error)[0])).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"cut","error_type":"provider_overloaded"}}\n\n',
    )
  })
})

describe('openai-responses', () => {
  const created = { type: 'response.created', response: { id: 'resp_1' } }
  const text = { type: 'response.output_text.delta', delta: 'hi' }
  const call = (type: string, args: string, name = 'f') => ({
    type,
    item: { type: 'function_call', name, arguments: args },
  })
  const read = (...events: (JsonObject & { type: string })[]) =>
    run(readerOf('openai-responses', { tools: [{ type: 'function', name: 'f' }] }), [named(created, ...events)]).reading

  it('knows how it ended', () => {
    const incomplete = (reason: string) => ({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason } },
    })
    expect(read(text, { type: 'response.completed', response: { status: 'completed' } })).toMatchObject({
      finished: true,
      finishReason: 'stop',
    })
    expect(read(text, incomplete('max_output_tokens')).finishReason).toBe('length')
    expect(read(text, incomplete('content_filter')).finishReason).toBe('content_filter')
    expect(read(text)).toMatchObject({ started: true, finished: false })
    expect(read({ type: 'error', code: 'server_error', message: 'boom' }).errorText).toContain('boom')
  })

  it('sees output that only the last event tells of', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'hi' }] }]
    const last = { type: 'response.completed', response: { status: 'completed', output } }
    expect(read(last)).toMatchObject({ started: true, outputChars: 2, finishReason: 'stop' })
    expect(read(text, last).outputChars).toBe(2)
  })

  it('checks tool calls', () => {
    expect(read(call('response.output_item.added', ''), call('response.output_item.done', '{}'))).toMatchObject({
      started: true,
      toolCalls: 1,
    })
    expect(read(text, call('response.output_item.done', '{"a"')).invalidOutput).toMatch(/not valid JSON/)
    expect(read(call('response.output_item.added', '', 'g'))).toMatchObject({
      invalidOutput: expect.stringMatching(/"g"/),
    })
  })

  it('breaks off with response.failed, or with a bare error before the response is known', () => {
    const tap = readerOf('openai-responses')
    expect(dataOf(String(tap.fail(error)[0]))).toEqual([
      {
        type: 'error',
        code: 'server_error',
        message: 'cut',
        param: null,
        sequence_number: 0,
        error_type: 'provider_overloaded',
      },
    ])
    const known = readerOf('openai-responses')
    known.push(named(created, text))
    expect(dataOf(String(known.fail(error)[0]))).toMatchObject([
      {
        type: 'response.failed',
        sequence_number: 2,
        response: { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: 'cut' } },
      },
    ])
  })
})

describe('a wire that the router does not know', () => {
  it('passes, started with its first bytes and finished at its end', () => {
    const tap = readerOf('acme-wire')
    const chunk = Buffer.from('anything')
    expect(tap.push(chunk)[0]).toBe(chunk)
    expect(tap.started).toBe(true)
    expect(tap.finished).toBe(false)
    expect(tap.end()).toEqual([])
    expect(readingOf(tap)).toEqual({ started: true, finished: true, outputChars: 0, toolCalls: 0 })
    expect(tap.fail(error)).toEqual([])
  })

  it('is what a framing without events is, too', () => {
    const tap = codec.stream('none', contextOf(callOf('openai-chat', {})))
    expect(tap.push(Buffer.from('x'))).toHaveLength(1)
  })
})

describe('translated streams', () => {
  it('have an end, so that nobody fills the memory', () => {
    const reader = codec.stream('sse', contextOf(callOf('openai-responses', {}), 'openai-chat'))
    reader.push(Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n'))
    const more = Buffer.alloc(1024 * 1024, 'x')
    more.write(': ')
    more.write('\n\n', more.length - 2)
    for (let i = 0; i < 127; i++) reader.push(more)
    expect(reader.malformed).toBeUndefined()
    reader.push(more)
    expect(reader.malformed).toMatch(/larger than/)
  })

  const through = (file: string, client: Wire, upstream: Wire, request: JsonObject = {}) =>
    run(codec.stream('sse', contextOf(callOf(client, request), upstream)), [fixture(file)])
  const weather = { tools: [{ type: 'function', function: { name: 'get_weather' } }] }

  it("gives an OpenAI client chunks of an Anthropic answer, with the upstream's reading", () => {
    const { bytes, reading } = through('anthropic-messages.sse', 'openai-chat', 'anthropic-messages', weather)
    const chunks = dataOf(bytes)
    expect(chunks.every((chunk) => chunk.object === 'chat.completion.chunk' && !('usage' in chunk))).toBe(true)
    expect(bytes).toMatch(/"finish_reason":"tool_calls".*\n\ndata: \[DONE\]\n\n$/)
    expect(reading).toMatchObject({
      finished: true,
      toolCalls: 1,
      finishReason: 'tool_calls',
      usage: { inputTokens: 1572, outputTokens: 89 },
    })
  })

  it('adds usage with its cost for OpenRouter clients', () => {
    const context = contextOf(callOf('openai-chat', weather, { flavour: 'openrouter' }), 'anthropic-messages')
    const { bytes } = run(codec.stream('sse', context), [fixture('anthropic-messages.sse')])
    expect(dataOf(bytes).at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 89, cost: 1.661 } })
  })

  it('gives an Anthropic client events of an OpenAI answer', () => {
    const { bytes, reading } = through('openai-chat.sse', 'anthropic-messages', 'openai-chat')
    expect(bytes).toMatch(/^event: message_start\n/)
    expect(bytes).toMatch(/event: message_stop\ndata: .*\n\n$/)
    expect(reading).toMatchObject({ finished: true, finishReason: 'stop', usage: { outputTokens: 10 } })
  })

  it("holds errors back and says failures in the client's wire", () => {
    const tap = codec.stream('sse', contextOf(callOf('openai-chat', {}), 'anthropic-messages'))
    const out = tap.push(fixture('anthropic-error.sse'))
    expect(Buffer.concat([...out]).toString()).not.toContain('Overloaded')
    expect(tap.errorText).toContain('overloaded_error')
    expect(dataOf(String(tap.fail(error)[0]))).toMatchObject([
      { id: 'msg_01p4gUoEHG6Q8TR9Qsva', choices: [{ finish_reason: 'error' }] },
    ])
  })

  it('a cut is no end', () => {
    const tap = codec.stream('sse', contextOf(callOf('openai-chat', {}), 'anthropic-messages'))
    const bytes = fixture('anthropic-messages.sse').toString()
    const { bytes: out, reading } = run(tap, [Buffer.from(bytes.slice(0, bytes.indexOf('event: message_delta')))])
    expect(reading.finished).toBe(false)
    expect(out).not.toContain('[DONE]')
  })
})

describe('counts of tokens', () => {
  const read = (wire: Wire, input_tokens: unknown) =>
    codec.whole(Buffer.from(JSON.stringify({ input_tokens })), contextOf(callOf(wire, {}, { stream: false })))

  it.each(['anthropic-count-tokens', 'openai-input-tokens'])('are taken where they can be one, %s', (wire) => {
    expect(read(wire, 12)).toMatchObject({ started: true, finished: true })
    for (const odd of [-1, 1e300, '7', null])
      expect(read(wire, odd)).toMatchObject({ started: false, malformed: expect.any(String) })
  })
})
