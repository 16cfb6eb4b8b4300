/** JSON demanded of a stream: what is no JSON is found, as in a whole answer, and the bytes stay as they are. */
import { describe, expect, test } from 'vitest'
import type { JsonObject, Wire } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, run, sse } from '../support.ts'

const CLIENTS: Readonly<Record<string, JsonObject>> = {
  'openai-chat': { response_format: { type: 'json_object' } },
  'anthropic-messages': { output_config: { format: { type: 'json_schema', schema: {} } } },
  'openai-responses': { text: { format: { type: 'json_schema', name: 'a', schema: {} } } },
}

const named = (...events: (JsonObject & { type: string })[]) =>
  Buffer.concat(events.map((data) => Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`)))

/** One piece of text per event. */
const STREAMS: Readonly<Record<string, (pieces: readonly string[], reason?: string) => Buffer>> = {
  'openai-chat': (pieces, finish_reason = 'stop') =>
    sse(
      ...pieces.map((content) => ({ id: 'c', choices: [{ index: 0, delta: { content } }] })),
      { id: 'c', choices: [{ index: 0, delta: {}, finish_reason }] },
      '[DONE]',
    ),
  'anthropic-messages': (pieces, reason) =>
    named(
      { type: 'message_start', message: { id: 'msg_1' } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: reason === 'length' ? 'max_tokens' : 'end_turn' } },
      { type: 'message_stop' },
    ),
  'openai-responses': (pieces, reason) =>
    named(
      { type: 'response.created', response: { id: 'resp_1' } },
      ...pieces.map((delta) => ({ type: 'response.output_text.delta', output_index: 0, delta })),
      reason === 'length'
        ? {
            type: 'response.incomplete',
            response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
          }
        : { type: 'response.completed', response: { status: 'completed' } },
    ),
}

const PROBLEM = expect.stringContaining('not JSON')
const readerOf = (wire: Wire, more: JsonObject = {}) =>
  codec.stream('sse', contextOf(callOf(wire, { model: 'm', messages: [], ...CLIENTS[wire], ...more })))

describe.each(Object.keys(CLIENTS))('%s', (wire) => {
  test.each([
    ['JSON', ['{"a"', ': 1}'], undefined],
    ['JSON after white space', ['\n ', '{"a": "b"}'], undefined],
    ['no text at all', [], undefined],
    ['prose', ['Sure', ', here it is: {}'], PROBLEM],
    ['a fence', ['```json\n', '{"a": 1}', '\n```'], PROBLEM],
    ['JSON with prose behind it', ['{"a": 1}', ' Is that all right?'], PROBLEM],
    ['JSON that ends too early', ['{"a"', ': 1'], PROBLEM],
  ])('%s', (_, pieces, problem) => {
    const bytes = STREAMS[wire]!(pieces)
    const reader = readerOf(wire)
    const passed = run(reader, [bytes])
    expect(reader.invalidOutput).toEqual(problem)
    expect(passed.bytes).toBe(bytes.toString())
  })

  test('an answer at its length limit is not held to it', () => {
    const reader = readerOf(wire)
    run(reader, [STREAMS[wire]!(['{"a"', ': '], 'length')])
    expect(reader.invalidOutput).toBeUndefined()
  })

  test('nothing is demanded, nothing is found', () => {
    const reader = codec.stream('sse', contextOf(callOf(wire, { model: 'm', messages: [] })))
    run(reader, [STREAMS[wire]!(['Hello'])])
    expect(reader.invalidOutput).toBeUndefined()
  })

  test('prose is found with its first word, while all of it can still be held back', () => {
    const reader = readerOf(wire)
    const bytes = STREAMS[wire]!(['Sure', ' {}'])
    reader.push(bytes.subarray(0, bytes.indexOf('\n\n', bytes.indexOf('Sure')) + 2))
    expect(reader).toMatchObject({ started: true, finished: false, invalidOutput: PROBLEM })
  })
})

test('text before a tool call is no answer', () => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }]
  const reader = readerOf('openai-chat', { tools })
  reader.push(sse({ id: 'c', choices: [{ index: 0, delta: { content: 'Let me look.' } }] }))
  expect(reader.invalidOutput).toBeUndefined()
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }
  reader.push(sse({ id: 'c', choices: [{ index: 0, delta: { tool_calls: [call] } }] }))
  reader.push(sse({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }, '[DONE]'))
  expect(reader.invalidOutput).toBeUndefined()
})

test('prose is found in a stream that is translated, and reasoning is none', () => {
  const context = contextOf(
    callOf('anthropic-messages', { model: 'm', messages: [], ...CLIENTS['anthropic-messages'] }),
    'openai-chat',
  )
  const reader = codec.stream('sse', context)
  reader.push(sse({ id: 'c', choices: [{ index: 0, delta: { reasoning_content: 'Well.' } }] }))
  expect(reader.invalidOutput).toBeUndefined()
  reader.push(sse({ id: 'c', choices: [{ index: 0, delta: { content: 'Sure' } }] }))
  expect(reader.invalidOutput).toEqual(PROBLEM)
})
