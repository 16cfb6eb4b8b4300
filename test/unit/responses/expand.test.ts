import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/plugins/api.ts'
import { type Archived, conversationTo, expand } from '../../../src/responses/expand.ts'
import type { KeptResponse } from '../../../src/responses/kept-response.ts'

const user = (text: string): JsonObject => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})
const said = (text: string): JsonObject => ({ id: `msg_${text}`, type: 'message', role: 'assistant', content: [] })

const KEPT: Record<string, KeptResponse> = {
  first: { input: [user('one')], response: { output: [said('a')] } },
  second: { input: [user('two')], response: { output: [said('b')] }, previous: 'first' },
  circle: { input: [], response: { output: [] }, previous: 'circle' },
  torn: { input: [], response: { output: [] }, previous: 'gone' },
}
const archived: Archived = {
  response: (id) => KEPT[id],
  item: (id) => (id === 'msg_a' ? said('a') : undefined),
}

describe('a request that refers to earlier answers', () => {
  it('gets the whole conversation in its place', () => {
    expect(expand({ model: 'm', previous_response_id: 'second', input: 'three' }, archived)).toEqual({
      model: 'm',
      input: [user('one'), said('a'), user('two'), said('b'), user('three')],
    })
  })

  it('gets items in the place of references', () => {
    const input = [user('one'), { type: 'item_reference', id: 'msg_a' }, user('two')]
    expect(expand({ input }, archived)).toEqual({ input: [user('one'), said('a'), user('two')] })
  })

  it.each([['gone'], ['circle'], ['torn']])('is left alone when not all is known: %s', (id) => {
    expect(conversationTo(id, archived)).toBeUndefined()
    expect(expand({ previous_response_id: id, input: 'x' }, archived)).toBeUndefined()
  })

  it('is left alone when an item is not known', () => {
    expect(expand({ input: [{ type: 'item_reference', id: 'msg_gone' }] }, archived)).toBeUndefined()
  })
})
