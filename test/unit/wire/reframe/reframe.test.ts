/** Whole answers as streams, and streams as whole answers: there and back nothing is lost. */
import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../../../src/wire/reframe/to-events.ts'
import { beginsAsStream, wholeOf } from '../../../../src/wire/reframe/to-whole.ts'
import { codec } from '../support.ts'

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
const call = (id: string, text: string) => ({ id, type: 'function', function: { name: 'look', arguments: text } })

const ANSWERS: Readonly<Record<string, object>> = {
  'openai-chat': {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        logprobs: { content: [{ token: 'a', logprob: -1 }] },
        message: {
          role: 'assistant',
          content: 'Hello "you"\nthere',
          reasoning_content: 'hm',
          reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'x', index: 0 }],
          tool_calls: [call('call_a', '{"n":9007199254740993}'), call('call_b', '{}')],
        },
      },
      { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: 'Two' } },
    ],
    usage,
  },
  'openai-completions': {
    id: 'cmpl-1',
    object: 'text_completion',
    model: 'm',
    choices: [{ index: 0, text: 'Hello', finish_reason: 'length', logprobs: { tokens: ['Hello'] } }],
    usage,
  },
  'anthropic-messages': {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    stop_reason: 'tool_use',
    stop_sequence: null,
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: ['me'] } },
      { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
    ],
    usage: { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 3 },
  },
  'openai-responses': {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    output: [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'xyz' },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'Hello', annotations: [] },
          { type: 'refusal', refusal: 'No' },
        ],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}', status: 'completed' },
    ],
    usage: { input_tokens: 5, output_tokens: 7, total_tokens: 12 },
  },
}

const parse = (bytes: Buffer | undefined) => bytes && (JSON.parse(bytes.toString()) as unknown)
const stream = (...events: (object | string)[]) =>
  Buffer.from(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''))

describe.each(Object.entries(ANSWERS))('%s', (wire, answer) => {
  test('there and back', () => {
    const events = eventsOf(wire, Buffer.from(JSON.stringify(answer)))!
    expect(codec.hasEvents(wire)).toBe(true)
    expect(beginsAsStream(events)).toBe(true)
    const back = parse(wholeOf(wire, events))
    expect(back).toEqual(wire === 'openai-chat' ? { ...answer, choices: expect.anything() } : answer)
    if (wire === 'openai-chat') expect(back).toMatchObject(answer)
  })

  test('a stream that was cut is no answer', () => {
    const events = eventsOf(wire, Buffer.from(JSON.stringify(answer)))!
      .toString()
      .split('\n\n')
    expect(wholeOf(wire, Buffer.from(`${events[0]}\n\n`))).toBeUndefined()
  })

  test('an error is no answer, and is kept', () => {
    const error = { error: { message: 'no', code: 429 } }
    expect(eventsOf(wire, Buffer.from(JSON.stringify(error)))).toBeUndefined()
    expect(parse(wholeOf(wire, stream(error)))).toEqual(error)
  })
})

test('what no wire knows', () => {
  expect(codec.hasEvents('nobodys')).toBe(false)
  expect(eventsOf('nobodys', Buffer.from('{}'))).toBeUndefined()
  expect(wholeOf('nobodys', Buffer.from('data: {}\n\n'))).toBeUndefined()
  expect(wholeOf('openai-chat', Buffer.from('data: not JSON\n\n'))).toBeUndefined()
})

test.each([
  ['each with padding of its own', ['AA==', 'AQI=', 'AwQF', 'Bg==']],
  ['cut anywhere', ['AA', 'ECAwQ', 'FBg==']],
])('sound in pieces, %s, is one', (_how, pieces) => {
  const delta = (audio: object, finish_reason: string | null = null) => ({
    id: 'c',
    choices: [{ index: 0, delta: { audio: { id: 'audio_1', ...audio } }, finish_reason }],
  })
  const bytes = stream(
    delta({ transcript: 'Hel' }),
    ...pieces.map((data) => delta({ data })),
    delta({ transcript: 'lo', expires_at: 1 }, 'stop'),
    '[DONE]',
  )
  const { choices } = parse(wholeOf('openai-chat', bytes)) as { choices: [{ message: { audio: { data: string } } }] }
  const { audio } = choices[0].message
  expect(audio).toEqual({ id: 'audio_1', transcript: 'Hello', expires_at: 1, data: 'AAECAwQFBg==' })
})

test('deltas are put together, calls told apart, and the text of numbers is kept', () => {
  const delta = (part: object, finish_reason: string | null = null) => ({
    id: 'c',
    choices: [{ index: 0, delta: part, finish_reason }],
  })
  const entry = (index: number, text: string, id?: string) => ({
    index,
    ...(id && { id }),
    function: { ...(id && { name: 'f' }), arguments: text },
  })
  const bytes = stream(
    delta({ role: 'assistant', content: 'Hel' }),
    delta({ content: 'lo' }),
    delta({ tool_calls: [entry(0, '{"a":', 'one')] }),
    delta({ tool_calls: [entry(0, '1}')] }),
    delta({ tool_calls: [entry(0, '{"b":2}', 'two')] }),
    delta({}, 'tool_calls'),
    { id: 'c', choices: [], usage },
    '[DONE]',
  )
  expect(parse(wholeOf('openai-chat', bytes))).toMatchObject({
    usage,
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          content: 'Hello',
          tool_calls: [
            { id: 'one', function: { name: 'f', arguments: '{"a":1}' } },
            { id: 'two', function: { name: 'f', arguments: '{"b":2}' } },
          ],
        },
      },
    ],
  })
  const messages = stream(
    {
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', content: [], usage: { input_tokens: 50 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"n":90071992' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '54740993}' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { input_tokens: 0, output_tokens: 3 },
    },
    { type: 'message_stop' },
  )
  const whole = wholeOf('anthropic-messages', messages)!.toString()
  expect(whole).toContain('"input":{"n":9007199254740993}')
  expect(JSON.parse(whole)).toMatchObject({ stop_reason: 'tool_use', usage: { input_tokens: 50, output_tokens: 3 } })
})

test.each([
  ['data: {}', true],
  [': comment', true],
  ['\ufeff\n event: x', true],
  ['{"data": 1}', false],
  ['<html>', false],
  ['', false],
])('%j begins as a stream: %s', (text, expected) => {
  expect(beginsAsStream(Buffer.from(text))).toBe(expected)
})
