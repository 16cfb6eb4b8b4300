/** What compatible servers send, and what reaches the client of it. */
import { describe, expect, it } from 'vitest'
import type { JsonObject, Wire } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, dataOf, run, sse } from '../support.ts'

const chunk = (delta: JsonObject, finish: string | null = null, top: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...top,
})
const word = chunk({ content: 'word' })
const stop = chunk({}, 'stop')
const call = (index: number, id: string | undefined, name: string | undefined, args: string): JsonObject => ({
  index,
  ...(id !== undefined && { id }),
  type: 'function',
  function: { ...(name !== undefined && { name }), arguments: args },
})
const read = (client: Wire, ...events: (JsonObject | string)[]) =>
  run(codec.stream('sse', contextOf(callOf(client, {}), 'openai-chat')), [sse(...events)])
const whole = (client: Wire, body: string) =>
  codec.whole(Buffer.from(body), contextOf(callOf(client, {}, { stream: false }), 'openai-chat'))
const typed = (bytes: string, type: string): JsonObject[] => dataOf(bytes).filter((event) => event.type === type)
const deltas = (bytes: string): unknown[] =>
  dataOf(bytes).map(({ choices }) => (choices as { delta: JsonObject }[])[0]?.delta.tool_calls)

describe('tool calls for a chat client', () => {
  it('pass byte for byte when nothing is odd', () => {
    const events = [
      chunk({ tool_calls: [call(0, 'a', 'f', '')] }),
      chunk({ tool_calls: [call(0, undefined, undefined, '{"a":')] }),
      chunk({ tool_calls: [{ ...call(0, '', '', '1}'), id: null }] }),
      chunk({ tool_calls: [call(1, 'b', 'f', '{}')] }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ]
    expect(read('openai-chat', ...events).bytes).toBe(sse(...events).toString())
  })

  it('are renumbered where every call has index 0, and only there', () => {
    const first = chunk({ tool_calls: [call(0, 'a', 'f', '{}')] })
    const { bytes, reading } = read(
      'openai-chat',
      first,
      chunk({ tool_calls: [call(0, 'b', 'g', '{}')] }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    )
    expect(reading).toMatchObject({ finished: true, toolCalls: 2 })
    expect(bytes.startsWith(sse(first).toString())).toBe(true)
    expect(deltas(bytes)).toEqual([[call(0, 'a', 'f', '{}')], [call(1, 'b', 'g', '{}')], undefined])
  })

  it('have an id once, and their name', () => {
    const { bytes } = read(
      'openai-chat',
      chunk({ tool_calls: [call(0, '', 'f', '{"a"')] }),
      chunk({ tool_calls: [call(0, 'late', 'f', ':1}')] }),
      chunk({}, 'stop'),
    )
    expect(deltas(bytes)).toEqual([
      [call(0, 'call_gen-1700000000-abc_0', 'f', '{"a"')],
      [{ index: 0, type: 'function', function: { arguments: ':1}' } }],
      undefined,
    ])
  })

  it('keep what else an entry says', () => {
    const signed = { ...call(0, 'b', 'g', '{}'), extra_content: { google: { thought_signature: 's' } } }
    const { bytes } = read(
      'openai-chat',
      chunk({ tool_calls: [call(0, 'a', 'f', '{}')] }),
      chunk({ tool_calls: [signed] }),
      stop,
    )
    expect(deltas(bytes)[1]).toEqual([{ ...signed, index: 1 }])
  })

  it('of a whole answer have ids of their own', () => {
    const calls = [call(0, '', 'f', '{}'), call(0, 'x', 'f', '{}'), call(0, 'x', 'f', '{}'), call(0, 'x', 'g', '{}')]
    const { body, toolCalls } = whole(
      'openai-chat',
      JSON.stringify({ choices: [{ message: { tool_calls: calls }, finish_reason: 'stop' }] }),
    )
    const told = JSON.parse(body.toString()).choices[0].message.tool_calls as { id: string; function: JsonObject }[]
    expect(told.map(({ id, function: { name } }) => [id, name])).toEqual([
      ['call_gen-1700000000-abc_0', 'f'],
      ['x', 'f'],
      ['call_gen-1700000000-abc_2', 'g'],
    ])
    expect(toolCalls).toBe(3)
  })
})

it('an image of 2 MB in one event passes, and is output', () => {
  const images = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(2_000_000)}` } }]
  const events = sse(word, chunk({ content: '', images }), stop, '[DONE]')
  const chunks = Array.from({ length: Math.ceil(events.length / 65_536) }, (_, i) =>
    events.subarray(i * 65_536, (i + 1) * 65_536),
  )
  expect(run(codec.stream('sse', contextOf(callOf('openai-chat', {}))), chunks).bytes).toBe(events.toString())
})

it.each(['anthropic-messages', 'openai-responses'] as const)('a whole message in a stream reaches %s', (client) => {
  const message = { role: 'assistant', content: 'all of it' }
  const { bytes } = read(client, { id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }] }, '[DONE]')
  expect(bytes).toContain('all of it')
})

describe('a stream for a messages client', () => {
  it.each([
    ['model_length', 'max_tokens'],
    ['MAX_TOKENS', 'max_tokens'],
    ['abort', 'max_tokens'],
    ['SAFETY', 'refusal'],
    ['sensitive', 'refusal'],
    ['eos', 'end_turn'],
  ])('that finished with %s stops with %s', (finish, reason) => {
    const { bytes } = read('anthropic-messages', word, chunk({}, finish), chunk({}, ''), '[DONE]')
    expect(typed(bytes, 'message_delta')).toMatchObject([{ delta: { stop_reason: reason } }])
    const answer = whole(
      'anthropic-messages',
      JSON.stringify({ choices: [{ message: { content: 'x' }, finish_reason: finish }] }),
    )
    expect(JSON.parse(answer.body.toString())).toMatchObject({ id: 'msg_gen-1700000000-abc', stop_reason: reason })
  })

  it("has Mistral's thinking as a block, which is output", () => {
    const reader = codec.stream('sse', contextOf(callOf('anthropic-messages', {}), 'openai-chat'))
    const parts = [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }]
    expect(reader.push(sse(chunk({ content: parts }))).toString()).toContain('"thinking":"hm"')
    expect(reader).toMatchObject({ started: true, outputChars: 2 })
    const tap = codec.stream('sse', contextOf(callOf('openai-chat', {})))
    tap.push(sse(word, chunk({ content: parts }), chunk({ content: [{ type: 'text', text: 'abc' }] })))
    expect(tap.outputChars).toBe(9)
  })

  it('has the usage of x_groq and of the choice, and an estimate before it', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 }
    for (const last of [
      chunk({}, 'stop', { x_groq: { usage } }),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] },
    ]) {
      const context = { ...contextOf(callOf('anthropic-messages', {}), 'openai-chat'), inputTokens: 5 }
      const { bytes } = run(codec.stream('sse', context), [sse(word, last, '[DONE]')])
      expect(typed(bytes, 'message_start')).toMatchObject([{ message: { usage: { input_tokens: 5 } } }])
      expect(typed(bytes, 'message_delta')).toMatchObject([{ usage: { input_tokens: 3, output_tokens: 2 } }])
    }
  })

  it('has a call of the old form as a block', () => {
    const legacy = (target: JsonObject) => chunk({ function_call: target })
    const { bytes } = read(
      'anthropic-messages',
      legacy({ name: 'f', arguments: '{"a":' }),
      legacy({ arguments: '1}' }),
      chunk({}, 'function_call'),
    )
    expect(typed(bytes, 'content_block_start')).toMatchObject([{ content_block: { type: 'tool_use', name: 'f' } }])
    expect(typed(bytes, 'message_delta')).toMatchObject([{ delta: { stop_reason: 'tool_use' } }])
  })
})

describe('JSON that is nearly right', () => {
  const good = '{"choices":[{"message":{"content":"NaN"},"logprobs":LOG,"finish_reason":"stop"}]}'

  it.each(['NaN', '-Infinity', '[Infinity]'])('%s becomes null', (log) => {
    const { body, malformed } = whole('openai-chat', good.replace('LOG', log))
    expect(malformed).toBeUndefined()
    expect(JSON.parse(body.toString()).choices[0]).toMatchObject({
      message: { content: 'NaN' },
      logprobs: log === '[Infinity]' ? [null] : null,
    })
    const event = '{"choices":[{"delta":{"content":"a"},"logprob":NaN}]}'
    expect(dataOf(read('openai-chat', event, stop).bytes)[0]).toEqual({
      choices: [{ delta: { content: 'a' }, logprob: null }],
    })
  })

  it('a byte order mark is dropped', () => {
    const text = good.replace('LOG', 'null')
    expect(whole('openai-chat', `\ufeff${text}`).body.toString()).toBe(text)
  })

  it('one broken event is left out, and counted', () => {
    for (const client of ['openai-chat', 'anthropic-messages'] as const) {
      const { bytes, reading } = read(client, word, '{"choices": oops', chunk({ content: 'two' }), stop, '[DONE]')
      expect(bytes).toContain('two')
      expect(bytes).not.toContain('oops')
      expect(reading).toMatchObject({ finished: true, brokenEvents: 1 })
    }
  })

  it('a stream whose end was in a broken event is not told as whole', () => {
    for (const client of ['openai-chat', 'anthropic-messages'] as const) {
      for (const last of [['[DONE]'], []]) {
        const { bytes, reading } = read(client, word, '{"choices": oops', ...last)
        expect(reading.malformed).toMatch(/not a JSON object/)
        expect(bytes).not.toMatch(/DONE|message_stop/)
      }
    }
  })

  it('an empty error is none, and is taken out: clients take it for one', () => {
    const events = [
      chunk({ content: 'a' }, null, { error: {} }),
      chunk({ content: 'b' }, 'stop', { error: { message: '', code: null } }),
    ]
    const { bytes, reading } = read('openai-chat', ...events)
    expect(reading).toMatchObject({ finished: true, outputChars: 2 })
    expect(bytes).not.toContain('error')
    const answer = whole('anthropic-messages', '{"choices":[{"message":{"content":"x"}}],"error":{}}')
    expect(JSON.parse(answer.body.toString()).content).toEqual([{ type: 'text', text: 'x' }])
  })
})
