import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'
import { readToken } from '../../../../../../src/wire/reasoning/token.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { foldChunks, foldMessage } from './folds.ts'
import { context, runStream } from './support.ts'

const chunk = (delta: JsonObject, finish: string | null = null): OutEvent => ({
  data: { choices: [{ index: 0, delta, finish_reason: finish }] },
})
const call = (target: JsonObject, rest: JsonObject = {}): OutEvent =>
  chunk({ tool_calls: [{ ...rest, function: target }] })
const message = (...chunks: OutEvent[]): JsonObject => foldMessage(runStream(converter.streamFromHub(context), chunks))
const event = (type: string, body: JsonObject = {}): OutEvent => ({ event: type, data: { type, ...body } })
const toHub = (...events: OutEvent[]): OutEvent[] => runStream(converter.streamToHub(context), events)

describe('OpenAI streams of other servers, for an Anthropic client', () => {
  it('calls with one index, told apart by id', () => {
    const { content, stop_reason } = message(
      call({ name: 'f', arguments: '{"a":1}' }, { index: 0, id: 'x' }),
      call({ name: 'g', arguments: '{}' }, { index: 0, id: 'y' }),
      chunk({}, 'stop'),
    )
    expect(content).toMatchObject([
      { id: 'x', name: 'f', input: { a: 1 } },
      { id: 'y', name: 'g', input: {} },
    ])
    expect(stop_reason).toBe('tool_use')
  })

  it('calls without index or id, and arguments as an object', () => {
    const { content } = message(call({ name: 'f', arguments: { a: 1 } }), chunk({}, 'tool_calls'))
    expect(content).toEqual([{ type: 'tool_use', id: 'toolu_gen-1_0', name: 'f', input: { a: 1 } }])
    const ids = message(
      call({ name: 'f', arguments: '{' }, { id: 'x' }),
      call({ arguments: '}' }, { id: 'x' }),
      call({ name: 'g' }, { id: 'y' }),
    )
    expect(ids.content).toMatchObject([
      { id: 'x', input: {} },
      { id: 'y', name: 'g' },
    ])
  })

  it('text in the middle of arguments waits, and text after them does not', () => {
    const opened = call({ name: 'f', arguments: '{"a":' }, { index: 0, id: 'x' })
    const rest = call({ arguments: '1}' }, { index: 0 })
    const late = message(
      opened,
      chunk({ content: 'one ' }),
      rest,
      call({ name: 'g' }, { index: 1, id: 'y' }),
      chunk({ content: 'two' }),
    )
    expect(late.content).toMatchObject([
      { id: 'x', input: { a: 1 } },
      { id: 'y', input: {} },
      { type: 'text', text: 'one two' },
    ])
    const after = converter.streamFromHub(context)
    after.event(undefined, opened.data as JsonObject)
    after.event(undefined, rest.data as JsonObject)
    expect(after.event(undefined, chunk({ content: 'two' }).data as JsonObject).map((out) => out.event)).toEqual([
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
    ])
  })

  it('the first call streams at once', () => {
    const stream = converter.streamFromHub(context)
    const names = (out: OutEvent): unknown =>
      stream.event(undefined, out.data as JsonObject).map(({ event: name }) => name)
    expect(names(call({ name: 'f', arguments: '' }, { index: 0, id: 'x' }))).toEqual([
      'message_start',
      'content_block_start',
    ])
    expect(names(call({ arguments: '{"a"' }, { index: 0 }))).toEqual(['content_block_delta'])
  })

  it('reasoning in every form, before text', () => {
    const details = (...list: JsonObject[]): OutEvent => chunk({ reasoning: 'twice', reasoning_details: list })
    const { content } = message(
      details({ type: 'reasoning.text', text: 'a', index: 0 }),
      details({ type: 'reasoning.text', signature: 'c2ln', index: 0 }),
      details({ type: 'reasoning.encrypted', data: 'RW5j', format: 'anthropic-claude-v1', index: 1 }),
      details({ type: 'reasoning.summary', summary: 'b', index: 2, format: 'openai-responses-v1' }),
      chunk({
        reasoning: 'c',
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'gAAA', format: 'openai-responses-v1' }],
      }),
      chunk({ content: [{ type: 'thinking' }, { type: 'text', text: 'd' }] }),
      chunk({ refusal: 'e' }, 'content_filter'),
    )
    expect(content).toEqual([
      { type: 'thinking', thinking: 'a', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'RW5j' },
      { type: 'thinking', thinking: 'b', signature: expect.any(String) },
      { type: 'thinking', thinking: 'c', signature: expect.any(String) },
      { type: 'text', text: 'de' },
    ])
    // What Claude did not sign says whose it is, and keeps what that maker wants back.
    const origins = (content as JsonObject[]).slice(2, 4).map(({ signature }) => readToken(signature))
    expect(origins).toEqual([
      {
        maker: 'acme/model-1',
        details: [
          { type: 'reasoning.summary', summary: 'b', index: 2, format: 'openai-responses-v1' },
          { type: 'reasoning.encrypted', data: 'gAAA', format: 'openai-responses-v1' },
        ],
      },
      { maker: 'acme/model-1', field: 'reasoning' },
    ])
  })

  it('nothing at all is an empty message; other choices are not read', () => {
    expect(message()).toMatchObject({ id: 'msg_gen-1', model: 'shown', content: [], stop_reason: 'end_turn' })
    expect(message({ data: { choices: [{ index: 1, delta: { content: 'x' } }] } }).content).toEqual([])
  })

  it('an error is the last event', () => {
    const stream = converter.streamFromHub(context)
    const failed = {
      error: { message: 'Slow down', code: 429 },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    }
    expect(stream.event(undefined, failed)).toEqual([
      { event: 'error', data: { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } } },
    ])
    expect([...stream.event(undefined, { choices: [] }), ...stream.end()]).toEqual([])
  })
})

describe('Anthropic streams, for an OpenAI client', () => {
  const start = (index: number, block: JsonObject): OutEvent =>
    event('content_block_start', { index, content_block: block })
  const stop = (index: number): OutEvent => event('content_block_stop', { index })
  const finish = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } })

  it('blocks that begin filled', () => {
    const whole = toHub(
      event('message_start', { message: { id: 'msg_1', usage: { input_tokens: 1 } } }),
      start(0, { type: 'thinking', thinking: 'a', signature: 'c2ln' }),
      start(1, { type: 'text', text: 'b' }),
      start(2, { type: 'tool_use', id: 'x', name: 'f', input: { c: 1 } }),
      stop(2),
      finish,
    )
    expect(foldChunks(whole)).toMatchObject({
      id: 'msg_1',
      model: 'shown',
      message: {
        content: 'b',
        reasoning: 'a',
        reasoning_details: [{ signature: 'c2ln' }],
        tool_calls: [{ function: { arguments: '{"c":1}' } }],
      },
    })
  })

  it('an input that the deltas tell again is one, and blocks need no end', () => {
    const json = event('content_block_delta', {
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{"c":1}' },
    })
    const filled = { type: 'tool_use', id: 'x', name: 'f', input: { c: 1 } }
    for (const events of [[start(0, filled), json, stop(0)], [start(0, filled)], [start(0, filled), stop(0)]]) {
      expect(foldChunks(toHub(...events, finish)).message).toMatchObject({
        tool_calls: [{ function: { arguments: '{"c":1}' } }],
      })
    }
  })

  it('calls have ids of their own, and a block each though all have one index', () => {
    const one = (id: string | undefined, name: string) =>
      start(0, { type: 'tool_use', ...(id !== undefined && { id }), name, input: {} })
    const calls = (foldChunks(toHub(one('x', 'f'), one('x', 'g'), one(undefined, 'h'), finish)).message as JsonObject)
      .tool_calls
    expect(calls).toMatchObject([
      { id: 'x', function: { name: 'f', arguments: '{}' } },
      { id: 'call_gen-1_1', function: { name: 'g', arguments: '{}' } },
      { id: 'call_gen-1_2', function: { name: 'h', arguments: '{}' } },
    ])
  })

  it('zeros of the last event do not undo the input', () => {
    const first = event('message_start', {
      message: { usage: { input_tokens: 50, cache_read_input_tokens: 7, output_tokens: 1 } },
    })
    const last = event('message_delta', {
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
    })
    expect(foldChunks(toHub(first, last)).usage).toMatchObject({ prompt_tokens: 57, completion_tokens: 0 })
  })

  it("tools that Anthropic runs itself are not the client's", () => {
    const json = event('content_block_delta', {
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{"q":1}' },
    })
    const folded = foldChunks(
      toHub(start(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }), json, stop(0), finish),
    )
    expect(folded.message).toEqual({ role: 'assistant', content: '' })
  })

  it('usage only when it is asked for, and a refusal with its reason', () => {
    const refused = event('message_delta', {
      delta: { stop_reason: 'refusal', stop_details: { explanation: 'No.' } },
      usage: {},
    })
    const quiet = runStream(converter.streamToHub({ ...context, includeUsage: false }), [
      refused,
      refused,
      event('message_stop'),
    ])
    expect(quiet).toMatchObject([
      {
        data: {
          choices: [{ delta: { refusal: 'No.' }, finish_reason: 'content_filter', native_finish_reason: 'refusal' }],
        },
      },
      { data: '[DONE]' },
    ])
    expect(quiet[0]!.data).not.toHaveProperty('usage')
  })
})

describe('error bodies', () => {
  it('keep kind and message both ways', () => {
    const anthropic = { type: 'error', error: { type: 'rate_limit_error', message: 'Too many' }, request_id: 'req_1' }
    const openai = { error: { message: 'Too many', type: 'rate_limit_error', code: null, param: null } }
    expect(converter.responseToHub(anthropic, context)).toEqual(openai)
    expect(converter.responseFromHub(openai, context)).toEqual({ type: 'error', error: anthropic.error })
    expect(converter.responseFromHub({ error: { message: 'Busy', code: 503 } }, context)).toMatchObject({
      error: { type: 'overloaded_error' },
    })
    expect(converter.responseFromHub({ error: 'Broken' }, context)).toMatchObject({
      error: { type: 'api_error', message: 'Broken' },
    })
    expect(converter.responseToHub({ type: 'error', error: { type: 'new_error' } }, context)).toMatchObject({
      error: { type: 'new_error' },
    })
  })
})
