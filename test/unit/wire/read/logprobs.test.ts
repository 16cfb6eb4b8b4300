import { expect, it } from 'vitest'
import { meanLogprob, withoutLogprobs } from '../../../../src/wire/read/logprobs.ts'

const chat = (...values: unknown[]) =>
  Buffer.from(JSON.stringify({ choices: [{ logprobs: { content: values.map((logprob) => ({ logprob })) } }] }))

it.each([
  ['numbers', chat(-1, -2), -1.5],
  ['what is none among them', chat(-1, null, '-5', {}, { toString: 1, valueOf: 1 }), -1],
  ['none at all', chat(null), undefined],
])('takes the mean of %s', (_, bytes, mean) => {
  expect(meanLogprob('openai-chat', bytes)).toBe(mean)
})

it('changes nothing of events that have none', () => {
  const [bare, sure] = ['{"choices": [{"delta":{"content":"a"}}]}', '{"choices":[{"logprobs":{"content":[]}}]}']
  const call = { wire: 'openai-chat', body: {} } as const
  expect(withoutLogprobs(call, Buffer.from(`data: ${bare}\n\ndata: ${sure}\n\ndata: [DONE]\n\n`)).toString()).toBe(
    `data: ${bare}\n\ndata: {"choices":[{"logprobs":null}]}\n\ndata: [DONE]\n\n`,
  )
})

it('takes them out of events whose text has line ends that only JavaScript takes for some', () => {
  const event = (logprobs: unknown) =>
    `data: ${JSON.stringify({ choices: [{ delta: { content: 'a\u2028data: {b\u2029' }, logprobs }] })}\r\n\r\n`
  const call = { wire: 'openai-chat', body: {} } as const
  expect(withoutLogprobs(call, Buffer.from(event({ content: [] }))).toString()).toBe(event(null))
})
