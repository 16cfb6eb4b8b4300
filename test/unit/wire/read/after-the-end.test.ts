/** What comes, or does not come, around the end of a stream. */
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf, run, sse } from '../support.ts'

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' }
const says = (content: string, index = 0) => ({
  ...head,
  choices: [{ index, delta: { content }, finish_reason: null }],
})
const ends = (index = 0) => ({ ...head, choices: [{ index, delta: {}, finish_reason: 'stop' }] })
const reader = (body: JsonObject = {}) =>
  codec.stream('sse', contextOf(callOf('openai-chat', { model: 'm', messages: [], ...body })))

test.each([
  ['junk', Buffer.from('data: not JSON\n\n')],
  ['an error', sse({ error: { message: 'too late' } })],
  ['a chunk', sse(says('more'))],
])('%s after the end marker is not passed on and changes nothing', (_, trailing) => {
  const good = sse(says('Hello'), ends(), '[DONE]')
  for (const chunks of [[Buffer.concat([good, trailing])], [good, trailing]]) {
    const { bytes, reading } = run(reader(), chunks)
    expect(bytes).toBe(good.toString())
    expect(reading).toMatchObject({ finished: true, finishReason: 'stop' })
    expect(reading).not.toHaveProperty('errorText')
    expect(reading).not.toHaveProperty('malformed')
  }
})

test('nothing that trails the end of an Anthropic stream is passed on', () => {
  const context = contextOf(callOf('anthropic-messages', { model: 'm', messages: [] }))
  const good =
    'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1"}}\n\n' +
    'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}\n\n' +
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n' +
    'event: message_stop\ndata: {"type":"message_stop"}\n\n'
  const { bytes, reading } = run(codec.stream('sse', context), [Buffer.from(`${good}data: [DONE]\n\ndata: junk\n\n`)])
  expect(bytes).toBe(good)
  expect(reading).not.toHaveProperty('malformed')
})

test('with n > 1 the answer is not finished before each choice is', () => {
  const two = reader({ n: 2 })
  two.push(sse(says('a', 0), says('b', 1), ends(0), says('c', 1)))
  expect(two.finished).toBe(false)
  two.push(sse(ends(0)))
  expect(two.finished).toBe(false)
  two.push(sse(ends(1)))
  expect(two.finished).toBe(true)
})

test('with n > 1 an upstream that knows only one choice still ends well by its end marker', () => {
  const { reading } = run(reader({ n: 3 }), [sse(says('a'), ends(), '[DONE]')])
  expect(reading).toMatchObject({ finished: true, finishReason: 'stop' })
})

test('a stream says when its end marker has come', () => {
  const stream = reader()
  stream.push(sse(says('a'), ends()))
  expect(stream.ended).toBe(false)
  stream.push(sse('[DONE]'))
  expect(stream.ended).toBe(true)
})
