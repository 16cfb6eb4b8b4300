import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import type { Call } from '../../../../src/routing/ports.ts'
import { cachesForAnHour, conversationOf, namedTask, rulesHash } from '../../../../src/wire/describe/conversation.ts'

const callOf = (body: JsonObject, more: Partial<Call> = {}): Call => ({
  id: 'gen-1',
  time: 0,
  arrivedMs: 0,
  operation: 'chat',
  wire: 'openai-chat',
  flavour: 'openai',
  stream: false,
  contentType: 'application/json',
  headers: {},
  raw: Buffer.alloc(0),
  body,
  ...more,
})
const keyOf = (body: JsonObject, more?: Partial<Call>) => conversationOf(callOf(body, more))?.key
const user = (content: unknown) => ({ role: 'user', content })
const system = (content: unknown) => ({ role: 'system', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })

describe('a conversation is recognised by', () => {
  test('session_id, before its header and before prompt_cache_key', () => {
    const body = { session_id: 'one', prompt_cache_key: 'two', messages: [user('hi')] }
    expect(conversationOf(callOf(body, { headers: { 'x-session-id': 'three' } }))).toEqual({
      key: 's:one',
      named: true,
    })
    expect(conversationOf(callOf({ prompt_cache_key: 'two' }, { headers: { 'x-session-id': 'three' } }))).toEqual({
      key: 's:three',
      named: true,
    })
    expect(conversationOf(callOf({ prompt_cache_key: 'two' }))).toEqual({ key: 'k:two', named: false })
  })

  test('a session id of another type is none, and a long one is cut', () => {
    expect(keyOf({ session_id: 7, prompt_cache_key: 'two' })).toBe('k:two')
    expect(keyOf({ session_id: 'x'.repeat(1000) })).toHaveLength(258)
  })

  test('its opening, whatever follows', () => {
    const opening = [system('be brief'), user('hello')]
    const key = keyOf({ messages: opening })
    expect(key).toMatch(/^o:\d+\.\d+$/)
    expect(keyOf({ messages: [...opening, assistant('hi'), user('more')], temperature: 1 })).toBe(key)
    expect(keyOf({ messages: [system('be brief'), system('and kind'), user('hello')] })).toBe(key)
    expect(keyOf({ messages: [system('be brief'), user('hullo')] })).not.toBe(key)
    expect(keyOf({ messages: [system('be rude'), user('hello')] })).not.toBe(key)
    expect(keyOf({ messages: [user('hello')] })).not.toBe(key)
    expect(conversationOf(callOf({ messages: opening }))?.named).toBe(false)
  })

  test('text parts, images and the long tail of a text', () => {
    const parts = (text: string, url: string) => [
      user([
        { type: 'text', text },
        { type: 'image_url', image_url: { url } },
      ]),
    ]
    const key = keyOf({ messages: parts('see', 'data:a') })
    expect(keyOf({ messages: parts('see', 'data:b') })).not.toBe(key)
    expect(keyOf({ messages: parts('sea', 'data:a') })).not.toBe(key)
    const long = (end: string) => ({ messages: [user(`${'x'.repeat(100_000)}${end}`)] })
    expect(keyOf(long('a'))).toBe(keyOf(long('a')))
    expect(keyOf(long('a'))).not.toBe(keyOf(long('b')))
    expect(keyOf(long('aa'))).not.toBe(keyOf(long('a')))
  })

  test('the same in the grammars of Anthropic and Responses', () => {
    expect(keyOf({ system: 'be brief', messages: [user('a')] })).not.toBe(keyOf({ messages: [user('a')] }))
    expect(keyOf({ instructions: 'be brief', input: 'a' })).toBe(
      keyOf({ instructions: 'be brief', input: 'a', tools: [] }),
    )
    expect(keyOf({ instructions: 'be brief', input: 'a' })).not.toBe(keyOf({ instructions: 'be brief', input: 'b' }))
    expect(keyOf({ input: [user('a')] })).toBe(keyOf({ input: [user('a'), assistant('b')] }))
  })

  test('the session of Claude Code, in both of its forms', () => {
    const messages = [user('hi')]
    expect(conversationOf(callOf({ metadata: { user_id: 'user_ab_account__session_0-1' }, messages }))).toEqual({
      key: 's:0-1',
      named: true,
    })
    expect(keyOf({ metadata: { user_id: '{"device_id":"ab","account_uuid":"","session_id":"0-1"}' }, messages })).toBe(
      's:0-1',
    )
    expect(keyOf({ metadata: { user_id: 'somebody' }, messages })).toMatch(/^o:/)
  })

  test('its opening without the line that Claude Code changes every time', () => {
    const line = (n: number) => `x-anthropic-billing-header: cc_version=2.1.${n}; cc_entrypoint=cli; cch=${n};`
    const blocks = (n: number) => ({
      system: [line(n), 'be brief'].map((text) => ({ type: 'text', text })),
      messages: [user('hi')],
    })
    const joined = (n: number) => ({ system: `${line(n)}\nbe brief`, messages: [user('hi')] })
    const chat = (n: number) => ({ messages: [system(`${line(n)}\nbe brief`), user('hi')] })
    for (const body of [blocks, joined, chat]) {
      expect(keyOf(body(1))).toBe(keyOf(body(2)))
      expect(rulesHash(callOf(body(1)))).toBe(rulesHash(callOf(body(2))))
      expect(rulesHash(callOf(body(1)))).toBe(rulesHash(callOf({ messages: [system('be brief')] })))
    }
  })

  test('nothing where there is no opening', () => {
    expect(keyOf({ input: ['a', 'b'] }, { operation: 'embedding' })).toBeUndefined()
    expect(keyOf({ messages: [] })).toBeUndefined()
    expect(keyOf({ messages: [system('only')] })).toBeUndefined()
    expect(keyOf({ messages: 'nonsense' })).toBeUndefined()
    expect(keyOf({ messages: [null, 3] })).toMatch(/^o:/)
  })

  test('different openings do not clash', () => {
    const keys = new Set(
      Array.from({ length: 20_000 }, (_, i) => keyOf({ messages: [system('same'), user(`question ${i}`)] })),
    )
    expect(keys.size).toBe(20_000)
  })
})

describe('an hour of cache is asked for', () => {
  const control = { cache_control: { type: 'ephemeral', ttl: '1h' } }
  test.each<[string, JsonObject]>([
    ['at the top', { ...control }],
    ['in the system prompt', { system: [{ type: 'text', text: 'x', ...control }] }],
    ['at a tool', { tools: [{ name: 'x', ...control }] }],
    [
      'in a message',
      {
        messages: [
          user('a'),
          user([
            { type: 'text', text: 'x' },
            { type: 'text', text: 'y', ...control },
          ]),
        ],
      },
    ],
    ['at an input item', { input: [{ ...user('a'), ...control }] }],
  ])('%s', (_, body) => expect(cachesForAnHour(body)).toBe(true))

  test('not by five minutes, nor by nonsense', () => {
    expect(cachesForAnHour({ cache_control: { type: 'ephemeral', ttl: '5m' } })).toBe(false)
    expect(
      cachesForAnHour({ system: 'x', messages: [null, user('1h'), user([null])], tools: [null], cache_control: null }),
    ).toBe(false)
  })
})

test('a task is named by the client; system prompts are told apart by their heads', () => {
  const rule = (content: unknown, role = 'system') => ({
    messages: [
      { role, content },
      { role: 'user', content: 'hi' },
    ],
  })
  const hash = (body: JsonObject) => rulesHash(callOf(body))
  expect(namedTask(callOf({ metadata: { task: 'translate' }, ...rule('x') }))).toBe('translate')
  expect(namedTask(callOf({ metadata: null }))).toBeUndefined()
  expect(hash(rule('You translate.'))).toBe(hash({ ...rule('You translate.'), temperature: 0 }))
  expect(hash(rule('You translate.'))).toBe(hash(rule([{ type: 'text', text: 'You translate.' }], 'developer')))
  expect(hash(rule('You translate.'))).toBe(hash({ system: 'You translate.', messages: [] }))
  expect(hash(rule('You translate.'))).toBe(hash({ instructions: 'You translate.', input: 'hi' }))
  expect(hash(rule('You translate.'))).not.toBe(hash(rule('You summarise.')))
  expect(hash(rule(`${'x'.repeat(512)} on Monday`))).toBe(hash(rule(`${'x'.repeat(512)} on Friday`)))
  expect(hash({ messages: [{ role: 'user', content: 'hi' }] })).toBeUndefined()
  expect(hash({ messages: [null], metadata: null })).toBeUndefined()
})
