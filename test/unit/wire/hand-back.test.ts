import { describe, expect, test } from 'vitest'
import type { JsonObject, Quirks } from '../../../src/plugins/api.ts'
import { handBack } from '../../../src/wire/reasoning/hand-back.ts'
import { tokenOf } from '../../../src/wire/reasoning/token.ts'
import { thinkingForMessages as forMessages } from '../../../src/wire/wires/anthropic-messages/own-thinking.ts'

const thinkingForMessages = (body: JsonObject): JsonObject => forMessages(body, body.model)
const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]
const said = (more: JsonObject = {}): JsonObject => ({ role: 'assistant', content: null, ...more })
const details = [{ type: 'reasoning.text', text: 'T', signature: 's', format: 'anthropic-claude-v1' }]
const signed = (thought_signature: string) => [{ ...calls[0], extra_content: { google: { thought_signature } } }]
const REQUIRED: Quirks = { reasoning: 'reasoning_content', reasoningRequired: true }

describe('reasoning of a chat history', () => {
  test.each<[string, Quirks, JsonObject, JsonObject]>([
    ['to an unknown server as it came', {}, said({ reasoning: 'T' }), said({ reasoning: 'T' })],
    [
      'not to those who refuse it',
      { reasoning: 'none' },
      said({ reasoning_content: 'T', reasoning_details: details }),
      said(),
    ],
    [
      'under the name it has there',
      { reasoning: 'reasoning_content' },
      said({ reasoning: 'T' }),
      said({ reasoning_content: 'T' }),
    ],
    [
      'not when its details are another maker’s',
      { reasoning: 'reasoning_content' },
      said({ reasoning: 'T', reasoning_details: details }),
      said(),
    ],
    [
      'a blank where some is required',
      REQUIRED,
      said({ tool_calls: calls }),
      said({ tool_calls: calls, reasoning_content: ' ' }),
    ],
    [
      'a blank in place of an empty one',
      REQUIRED,
      said({ tool_calls: calls, reasoning_content: '' }),
      said({ tool_calls: calls, reasoning_content: ' ' }),
    ],
    ['none where none is required', REQUIRED, said({ content: 'x' }), said({ content: 'x' })],
    [
      'no parts of Mistral',
      { reasoning: 'none' },
      said({ content: [{ type: 'thinking' }, { type: 'text', text: 'x' }] }),
      said({ content: [{ type: 'text', text: 'x' }] }),
    ],
    [
      'Google’s signatures to Google only',
      { reasoning: 'none' },
      said({ tool_calls: signed('S') }),
      said({ tool_calls: calls }),
    ],
    [
      'Google’s signatures back to Google',
      { reasoning: 'none', thoughtSignature: 'skip' },
      said({ tool_calls: signed('S') }),
      said({ tool_calls: signed('S') }),
    ],
    [
      'nothing that is signed for another maker to a reader of details',
      { reasoning: 'reasoning_details' },
      said({
        reasoning: 'T',
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'T', format: 'openai-responses-v1', index: 0 },
          { type: 'reasoning.encrypted', data: tokenOf({ maker: 'p/m' }), format: 'openai-responses-v1', index: 0 },
          ...details,
        ],
      }),
      said({ reasoning_details: details }),
    ],
    [
      'a stand-in where Google wants one',
      { reasoning: 'none', thoughtSignature: 'skip' },
      said({ tool_calls: calls }),
      said({ tool_calls: signed('skip') }),
    ],
  ])('%s', (_, quirks, message, expected) => {
    const got = handBack(message, quirks)
    expect(got).toEqual(expected)
    if (JSON.stringify(message) === JSON.stringify(expected)) expect(got).toBe(message)
  })
})

describe('thinking of a Messages history', () => {
  const use = { type: 'tool_use', id: 't', name: 'f', input: {} }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] }
  const body = (content: JsonObject[], more: JsonObject = {}): JsonObject => ({
    model: 'claude-sonnet-4-5',
    messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content }, result],
    ...more,
  })
  const thinking = (signature: string): JsonObject => ({ type: 'thinking', thinking: 'T', signature })
  const budget = { thinking: { type: 'enabled', budget_tokens: 2000 } }

  test('what Claude signed stays, to the object', () => {
    const own = body([thinking('U0lH'), use], budget)
    expect(thinkingForMessages(own)).toBe(own)
  })

  test.each<[string, JsonObject]>([
    ['without a signature', thinking('')],
    ['with the router’s', thinking(tokenOf({ maker: 'a/b' }))],
    ['in a closed block of the router’s', { type: 'redacted_thinking', data: tokenOf({ maker: 'a/b' }) }],
  ])('goes to Claude no more %s', (_, block) => {
    expect(thinkingForMessages(body([block, use]))).toEqual(body([use]))
  })

  test('without a signature stays where another maker wants it back', () => {
    const other = body([thinking(''), use], { model: 'kimi-k2' })
    expect(thinkingForMessages(other)).toBe(other)
  })

  test('a turn of nothing else goes', () => {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [thinking('')] },
      { role: 'user', content: 'go on' },
    ]
    expect(thinkingForMessages({ model: 'claude-x', messages }).messages).toEqual([messages[0], messages[2]])
  })

  test('no thinking is asked for in a tool loop that was begun without', () => {
    const context_management = { edits: [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }] }
    expect(thinkingForMessages(body([thinking(''), use], { ...budget, context_management }))).toEqual(
      body([use], { context_management: { edits: [context_management.edits[1]] } }),
    )
  })
})
