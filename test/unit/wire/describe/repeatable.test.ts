import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import type { Call } from '../../../../src/routing/ports.ts'
import { isRepeatable } from '../../../../src/wire/describe/repeatable.ts'

const repeatable = (body: JsonObject, more: Partial<Call> = {}) =>
  isRepeatable({ operation: 'chat', wire: 'openai-chat', body, ...more } as Call)

describe('a request may be asked twice at once', () => {
  test.each<[JsonObject]>([
    [{ messages: [] }],
    [{ store: false, tools: [{ type: 'function', function: { name: 'x' } }] }],
    [
      {
        tools: [
          { name: 'x', input_schema: {} },
          { type: 'custom', name: 'y' },
        ],
      },
    ],
    [{ plugins: [], background: false, container: null }],
  ])('%j', (body) => expect(repeatable(body)).toBe(true))

  test.each<[JsonObject]>([
    [{ store: true }],
    [{ background: true }],
    [{ tools: [{ type: 'function' }, { type: 'web_search_20250305', name: 'web_search' }] }],
    [{ tools: [{ type: 'code_execution_20250522' }] }],
    [{ web_search_options: {} }],
    [{ plugins: [{ id: 'web' }] }],
    [{ mcp_servers: [{ url: 'x' }] }],
    [{ conversation: 'conv_1' }],
  ])('but not %j', (body) => expect(repeatable(body)).toBe(false))

  test('but not a response, unless it is not stored', () => {
    expect(repeatable({ input: 'x' }, { wire: 'openai-responses' })).toBe(false)
    expect(repeatable({ input: 'x', store: false }, { wire: 'openai-responses' })).toBe(true)
  })

  test('but not another operation', () => expect(repeatable({}, { operation: 'image' })).toBe(false))
})
