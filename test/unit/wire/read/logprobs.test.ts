import { expect, it } from 'vitest'
import { meanLogprob } from '../../../../src/wire/read/logprobs.ts'

const chat = (...values: unknown[]) =>
  Buffer.from(JSON.stringify({ choices: [{ logprobs: { content: values.map((logprob) => ({ logprob })) } }] }))

it.each([
  ['numbers', chat(-1, -2), -1.5],
  ['what is none among them', chat(-1, null, '-5', {}, { toString: 1, valueOf: 1 }), -1],
  ['none at all', chat(null), undefined],
])('takes the mean of %s', (_, bytes, mean) => {
  expect(meanLogprob('openai-chat', bytes)).toBe(mean)
})
