import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { messagesConverter, openAiMessages } from './arbitrary.ts'
import { context } from './support.ts'

/** Short forms written out, so that equal meanings are equal. */
const long = (content: unknown): unknown =>
  typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', text: content }]) : (content ?? [])
const longBlocks = (content: unknown): unknown =>
  (long(content) as JsonObject[]).map((block) =>
    block.type === 'tool_result' ? { ...block, content: long(block.content) } : block,
  )
const longMessages = (messages: unknown): unknown =>
  (messages as JsonObject[]).map((message) => ({ ...message, content: longBlocks(message.content) }))

describe('requests, there and back', () => {
  it('keep an OpenAI conversation with text, images and tools', () => {
    fc.assert(
      fc.property(openAiMessages, (messages) => {
        const there = converter.requestFromHub({ model: 'claude-sonnet-4-5', messages })
        const back = converter.requestToHub(there, { extensions: true })
        expect(longMessages(back.messages)).toEqual(longMessages(messages))
      }),
    )
  })

  it('keep the texts of an OpenAI conversation at plain endpoints too', () => {
    fc.assert(
      fc.property(openAiMessages, (messages) => {
        const back = converter.requestToHub(converter.requestFromHub({ model: 'claude-sonnet-4-5', messages }))
        const roles = (list: unknown): unknown =>
          (list as JsonObject[]).map(({ role, tool_calls, tool_call_id }) => ({ role, tool_calls, tool_call_id }))
        expect(roles(back.messages)).toEqual(roles(messages))
        for (const { content } of messages)
          if (typeof content === 'string') expect(JSON.stringify(back.messages)).toContain(JSON.stringify(content))
      }),
    )
  })

  it('keep an Anthropic conversation with thinking, images, tools, failures and cache marks', () => {
    fc.assert(
      fc.property(messagesConverter, (messages) => {
        const body = { model: 'claude-sonnet-4-5', max_tokens: 99, messages }
        const back = converter.requestFromHub(converter.requestToHub(body, { extensions: true }))
        expect(back.max_tokens).toBe(99)
        expect(longMessages(back.messages)).toEqual(longMessages(messages))
      }),
    )
  })

  it('are never changed themselves', () => {
    fc.assert(
      fc.property(openAiMessages, messagesConverter, (openAi, anthropic) => {
        const before = structuredClone([openAi, anthropic])
        converter.requestFromHub({ model: 'claude-sonnet-4-5', messages: openAi })
        converter.requestToHub({ model: 'gpt-4o', max_tokens: 9, messages: anthropic })
        expect([openAi, anthropic]).toEqual(before)
      }),
    )
  })
})

describe('answers, there and back', () => {
  it('keep content, reason and counts', () => {
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'EqQB+/=' },
        { type: 'redacted_thinking', data: 'EmwK' },
        { type: 'text', text: 'Looking.' },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: [1, { b: null }] } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 7 },
    }
    expect(converter.responseFromHub(converter.responseToHub(message, context), context)).toEqual(message)
  })
})
