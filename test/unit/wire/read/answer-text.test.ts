import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { answerText, questionText } from '../../../../src/wire/read/answer-text.ts'

const whole = (wire: string, body: object) => answerText(wire, Buffer.from(JSON.stringify(body)))
const events = (wire: string, ...list: (object | string)[]) => {
  const data = list.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)))
  return answerText(wire, Buffer.from(data.map((text) => `data: ${text}\n\n`).join('')))
}

test('the text of an answer is read in every grammar of chat', () => {
  expect(whole('openai-chat', { choices: [{ message: { content: 'yes' } }] })).toBe('yes')
  const blocks = [
    { type: 'thinking', thinking: 'x' },
    { type: 'text', text: 'yes' },
  ]
  expect(whole('anthropic-messages', { content: blocks })).toBe('yes')
  const output = [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text: 'yes' }] }]
  expect(whole('openai-responses', { output })).toBe('yes')
  expect(whole('gemini', { candidates: [{ content: { parts: [{ text: 'yes' }] } }] })).toBe('yes')
  expect(whole('openai-chat', { choices: [{ message: { content: null, tool_calls: [] } }] })).toBeUndefined()
  expect(answerText('openai-chat', Buffer.from('{broken'))).toBeUndefined()
})

test('that of a stream, too', () => {
  const chunk = (content: string, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta: { content }, finish_reason }],
  })
  expect(events('openai-chat', chunk('y'), chunk('es', 'stop'), '[DONE]')).toBe('yes')
  expect(
    events(
      'anthropic-messages',
      { type: 'message_start', message: { content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'yes' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ),
  ).toBe('yes')
  const output = [{ type: 'message', content: [{ type: 'output_text', text: 'yes' }] }]
  expect(
    events(
      'openai-responses',
      { type: 'response.output_text.delta', delta: 'yes' },
      { type: 'response.completed', response: { output } },
    ),
  ).toBe('yes')
  const parts = [{ text: 'yes' }]
  expect(events('gemini', { candidates: [{ content: { parts }, finishReason: 'STOP' }] })).toBe('yes')
  expect(events('openai-chat', '[DONE]')).toBeUndefined()
})

test('what was asked is all turns with their roles', () => {
  const parts = [{ type: 'text', text: 'b' }, { type: 'image_url' }]
  const asked = (wire: string, body: JsonObject) => questionText({ wire, body })
  expect(asked('anthropic-messages', { system: 'a', messages: [{ role: 'user', content: parts }] })).toBe(
    '[system] a\n[user] b',
  )
  expect(asked('openai-responses', { instructions: 'a', input: 'b' })).toBe('[system] a\n[user] b')
  const contents = [{ role: 'user', parts: [{ text: 'b' }] }]
  expect(asked('gemini', { contents })).toBe('[user] b')
  expect(asked('openai-chat', {})).toBe('')
})
