import { expect, test } from 'vitest'
import { answerText, questionText } from '../../../../src/wire/read/answer-text.ts'

const whole = (body: object) => answerText(Buffer.from(JSON.stringify(body)))
const events = (...list: object[]) =>
  answerText(Buffer.from(list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')))

test('the text of an answer is read in every grammar of chat, whole and as a stream', () => {
  expect(whole({ choices: [{ message: { content: 'yes' } }] })).toBe('yes')
  expect(
    whole({
      content: [
        { type: 'thinking', thinking: 'x' },
        { type: 'text', text: 'yes' },
      ],
    }),
  ).toBe('yes')
  expect(whole({ output: [{ type: 'reasoning' }, { content: [{ type: 'output_text', text: 'yes' }] }] })).toBe('yes')
  expect(events({ choices: [{ delta: { content: 'y' } }] }, { choices: [{ delta: { content: 'es' } }] })).toBe('yes')
  expect(events({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'yes' } })).toBe('yes')
  expect(events({ type: 'response.output_text.delta', delta: 'yes' }, { type: 'response.completed' })).toBe('yes')
  expect(whole({ choices: [{ message: { content: null, tool_calls: [] } }] })).toBeUndefined()
  expect(answerText(Buffer.from('data: [DONE]\n\n'))).toBeUndefined()
  expect(answerText(Buffer.from('{broken'))).toBeUndefined()
})

test('what was asked is all turns with their roles', () => {
  const parts = [{ type: 'text', text: 'b' }, { type: 'image_url' }]
  expect(questionText({ system: 'a', messages: [{ role: 'user', content: parts }] })).toBe('[system] a\n[user] b')
  expect(questionText({ instructions: 'a', input: 'b' })).toBe('[system] a\n[user] b')
  expect(questionText({})).toBe('')
})
