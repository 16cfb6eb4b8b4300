import assert from 'node:assert/strict'
import type { ProviderAdapter, UpstreamRequest } from '../api.ts'
import type { Check } from './check.ts'

type MakeCheck = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>) => Check

/** What a list of models might be answered with, all the ways that services have, and some that they should not. */
const ANSWERS: readonly unknown[] = [
  undefined,
  null,
  true,
  5,
  'text',
  [],
  [null, 1, 'name', { id: 'a' }, { id: 5 }, { name: 'b' }],
  {},
  { error: { message: 'no' } },
  { data: null },
  { data: 'text' },
  { data: [{ id: 'a' }, null, {}, { id: {} }] },
  { models: {} },
  { models: [{ name: 'a' }, { name: 5 }, null, 'b'], next_page_token: 5, nextPageToken: {} },
  JSON.parse('{"data":[{"__proto__":{"id":"a"}}],"__proto__":{"models":[]}}'),
]

/** For adapters that can list their models; the others pass. */
export function listChecks(check: MakeCheck, sound: (request: UpstreamRequest) => void): Check[] {
  return [
    check('models() describes a GET without secrets in its URL, for any page', async (adapter) => {
      for (const page of [undefined, 'next', 'a b/c?d&é']) {
        const request = await adapter.models?.(page)
        if (request === undefined) return
        assert.equal(request.method, 'GET')
        assert.equal(request.body, undefined)
        assert.equal(request.framing, 'none')
        sound(request)
      }
    }),
    check('modelsIn() bears any answer', (adapter) => {
      for (const answer of ANSWERS) {
        const page = adapter.modelsIn?.(answer)
        if (page === undefined) continue
        assert.ok(Array.isArray(page.models), 'models is no list')
        for (const name of page.models) assert.equal(typeof name, 'string', 'a name is not text')
        assert.ok(page.next === undefined || typeof page.next === 'string', 'next is not text')
      }
    }),
  ]
}
