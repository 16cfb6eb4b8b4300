import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { signsOf } from '../../../../src/wire/describe/signs.ts'

const signs = (body: JsonObject, words = true) => signsOf({ body }, words)
const user = (content: unknown) => ({ role: 'user', content })
const call = (name: string, given: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: '1', type: 'function', function: { name, arguments: given } }],
})
const result = (content: unknown) => ({ role: 'tool', tool_call_id: '1', content })
const used = (input: JsonObject) => ({ role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'f', input }] })
const returned = (more: JsonObject) => user([{ type: 'tool_result', tool_use_id: '1', content: 'x', ...more }])

test('the same messages have the same hash, others another', () => {
  const of = (...messages: unknown[]) => signs({ messages } as JsonObject)?.messages
  expect(of(user('a'))).toBe(of(user('a')))
  expect(of(user('a'))).not.toBe(of(user('b')))
  expect(of(user('a'), call('f', '1'))).not.toBe(of(user('a'), call('f', '2')))
  expect(signs({ system: 'x', messages: [user('a')] })?.messages).not.toBe(of(user('a')))
  expect(signs({ input: 'text' })).toBeUndefined()
  expect(signs({ messages: [] })).toBeUndefined()
})

test('a tool that failed is seen in every grammar', () => {
  const failed = (...turns: unknown[]) => signs({ messages: [user('go'), ...turns] } as JsonObject)?.toolFailed
  expect(failed(call('f', '{}'), result('Error: no such file'))).toBe(true)
  expect(failed(call('f', '{}'), result('{"error": "bad argument"}'))).toBe(true)
  expect(failed(call('f', '{}'), result('{"error": null, "data": 1}'))).toBe(false)
  expect(failed(call('f', '{}'), result([{ type: 'text', text: 'errors are listed below: none' }]))).toBe(false)
  expect(failed(used({}), returned({ is_error: true }))).toBe(true)
  expect(failed(used({}), returned({}))).toBe(false)
  expect(failed(call('f', '{}'), result('Error'), call('f', '{}'), result('fine'))).toBe(false)
  const item = { type: 'function_call', name: 'f', arguments: '{}' }
  const output = { type: 'function_call_output', output: 'Traceback (most recent call last)' }
  expect(signs({ input: [user('go'), item, output] })?.toolFailed).toBe(true)
})

test('the same call three times is a loop', () => {
  const loops = (...turns: unknown[]) => signs({ messages: [user('go'), ...turns] } as JsonObject)?.toolRepeated
  const round = (given: string) => [call('f', given), result('x')]
  expect(loops(...round('1'), ...round('1'), ...round('1'))).toBe(true)
  expect(loops(...round('1'), ...round('2'), ...round('1'))).toBe(false)
  expect(loops(...round('1'), ...round('1'))).toBe(false)
  expect(loops(...round('1'), ...round('1'), ...round('1'), user('and now?'))).toBe(false)
  expect(loops(used({ a: 1 }), returned({}), used({ a: 1 }), returned({}), used({ a: 1 }), returned({}))).toBe(true)
})

test('thanks and complaints are looked for where they are wanted, and not in an opening', () => {
  const tone = (text: string, words = true) =>
    signs({ messages: [user('go'), { role: 'assistant', content: 'x' }, user(text)] }, words)?.tone
  expect(tone('Thank you, that works')).toBe('thanks')
  expect(tone('Vielen Dank!')).toBe('thanks')
  expect(tone("That's wrong, the answer is 4")).toBe('complaint')
  expect(tone('Das stimmt nicht.')).toBe('complaint')
  expect(tone('What about Paris?')).toBeUndefined()
  expect(tone('Thank you', false)).toBeUndefined()
  expect(signs({ messages: [user('Thanks for reading')] })?.tone).toBeUndefined()
})

test('nonsense is no sign', () => {
  expect(signs({ messages: [null, 3, { role: 'user' }, { role: 'tool' }] as never })).toMatchObject({
    toolFailed: false,
  })
})
