import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { referencesIn } from '../../../../src/wire/describe/references.ts'

const inResponses = (body: JsonObject) => referencesIn({ wire: 'openai-responses', body })
const inMessages = (body: JsonObject) => referencesIn({ wire: 'anthropic-messages', body })

describe('what a request refers to', () => {
  it.each([
    [{ previous_response_id: 'r' }, { kind: 'response', field: 'previous_response_id', id: 'r' }],
    [{ conversation: 'c' }, { kind: 'conversation', field: 'conversation', id: 'c' }],
    [{ conversation: { id: 'c' } }, { kind: 'conversation', field: 'conversation', id: 'c' }],
    [{ prompt: { id: 'p' } }, { kind: 'prompt', field: 'prompt', id: 'p' }],
    [{ background: true }, { kind: 'background', field: 'background' }],
    [{ input: [{ type: 'item_reference', id: 'i' }] }, { kind: 'item', field: 'item_reference', id: 'i' }],
    [{ input: [{ type: 'compaction', id: 'x' }] }, { kind: 'compaction', field: 'compaction', id: 'x' }],
  ])('of Responses: %j', (body, reference) => {
    expect(inResponses(body)).toEqual([reference])
    expect(referencesIn({ wire: 'openai-input-tokens', body })).toEqual([reference])
    expect(referencesIn({ wire: 'openai-compact', body })).toEqual([reference])
  })

  it('of Messages is a thread that goes on', () => {
    expect(inMessages({ thread: { type: 'continue', previous_message_id: 'm' } })).toEqual([
      { kind: 'thread', field: 'thread.previous_message_id', id: 'm' },
    ])
    expect(inMessages({ thread: { type: 'create' } })).toBeUndefined()
    expect(inMessages({ thread: null })).toBeUndefined()
  })

  it.each([
    {},
    { previous_response_id: null, conversation: null, prompt: null, background: false, input: 'Hi' },
    { input: [null, { role: 'user', content: 'Hi' }, { type: 'message' }] },
  ])('is nothing: %j', (body) => {
    expect(inResponses(body)).toBeUndefined()
    expect(referencesIn({ wire: 'openai-chat', body })).toBeUndefined()
  })
})
