import { expect, test } from 'vitest'
import type { RequestType } from '../../../../src/base/request-types.ts'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import type { Call } from '../../../../src/routing/ports.ts'
import { demandOf } from '../../../../src/wire/describe/demand.ts'
import { requestTypeOf } from '../../../../src/wire/describe/request-type.ts'
import { LABELLED, type LabelledPrompt } from './labelled-prompts.ts'

function typeOf(body: JsonObject): RequestType {
  const call = { body, raw: Buffer.from(JSON.stringify(body)), contentType: 'application/json', wire: 'openai-chat' }
  return requestTypeOf(call as Call, demandOf(call as Call))
}
const asked = (prompt: string, rules?: string): JsonObject => ({
  messages: [...(rules === undefined ? [] : [{ role: 'system', content: rules }]), { role: 'user', content: prompt }],
})

const rightOf = (part: LabelledPrompt['part']) => {
  const prompts = LABELLED.filter((each) => each.part === part)
  return prompts.filter(({ type, prompt, rules }) => typeOf(asked(prompt, rules)) === type).length / prompts.length
}

test('kinds of work are recognised by words and signs', () => {
  expect(rightOf('chosen')).toBeGreaterThanOrEqual(0.94)
  expect(rightOf('kept')).toBeGreaterThanOrEqual(0.9)
  expect(rightOf('blind')).toBeGreaterThanOrEqual(0.8)
})

test('what is to be done with a text counts for more than the text', () => {
  const text = 'Please translate the attached poem, and classify it as spam or a story by its sentiment.'
  expect(typeOf(asked(`Summarise: ${text}`))).toBe('summarisation')
  expect(typeOf(asked(`"${text}" Rewrite that more politely.`))).toBe('rewriting')
  expect(typeOf(asked(`${text}\nExtract all nouns.`))).toBe('extraction')
  expect(typeOf(asked('Warum kommt hier ein IndexOutOfBoundsException?'))).toBe('code')
})

test('what a request brings with it comes before its words', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const parts = (...content: JsonObject[]) => ({ messages: [{ role: 'user', content }] })
  const text = { type: 'text', text: 'Translate to French: hello' }
  expect(typeOf(parts(text, image))).toBe('vision')
  expect(typeOf(parts(text, { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }))).toBe('audio')
  expect(typeOf({ ...asked('Translate to French: hello'), tools: [{ type: 'function' }] })).toBe('tool_use')
  expect(typeOf({ ...asked('and?'), response_format: { type: 'json_object' } })).toBe('structured')
  expect(typeOf({ ...asked('Extract all dates: 3 May'), response_format: { type: 'json_object' } })).toBe('extraction')
  expect(typeOf(asked(`What do you make of this?\n${'word '.repeat(10_000)}`))).toBe('long_document')
  expect(typeOf(asked(`${'word '.repeat(10_000)}\nSummarize the text above.`))).toBe('summarisation')
})

test('a request is read in every grammar, and its last message counts', () => {
  expect(typeOf({ instructions: 'You are a translator.', input: 'hello' })).toBe('translation')
  expect(typeOf({ input: [{ role: 'user', content: [{ type: 'input_text', text: 'Write a haiku' }] }] })).toBe(
    'writing',
  )
  expect(typeOf({ system: [{ type: 'text', text: 'Translate everything.' }], ...asked('hi') })).toBe('translation')
  expect(typeOf({ prompt: 'Summarize this text' })).toBe('summarisation')
  const messages = [
    { role: 'user', content: 'Write a haiku' },
    { role: 'assistant', content: 'Leaves fall.' },
    { role: 'user', content: 'Translate it to French' },
  ]
  expect(typeOf({ messages })).toBe('translation')
  expect(typeOf({ messages: [null, 3, { role: 'user' }] as never })).toBe('chat')
  expect(typeOf({})).toBe('chat')
})
