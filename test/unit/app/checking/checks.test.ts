import { expect, it, vi } from 'vitest'
import { Checks, type ChecksParts } from '../../../../src/app/checking/checks.ts'
import type { SelectConfig } from '../../../../src/config/types.ts'
import type { Call } from '../../../../src/routing/ports.ts'

const checks = new Checks({} as ChecksParts)
const select = { verify: [{ check: 'schema', reliability: 0.9 }] } as unknown as SelectConfig

const applies = (body: object): boolean => {
  const call = { operation: 'chat', wire: 'openai-chat', body } as unknown as Call
  return checks.of(call, '', select) !== undefined
}

/** No text can be made of it. */
const ODD = { toString: 1, valueOf: 1 }

it.each([
  ['JSON', { response_format: { type: 'json_object' } }, true],
  ['several answers', { response_format: { type: 'json_object' }, n: 2 }, false],
  ['a number of answers that is none', { response_format: { type: 'json_object' }, n: ODD }, true],
  ['a tool', { tools: [{ type: 'function', function: { name: 'save' } }] }, true],
  ['a tool whose name is none', { tools: [{ type: 'function', function: { name: ODD } }] }, false],
  ['no tools', { tools: [null, 1, {}] }, false],
])('says whether answers can be checked: %s', (_, body, can) => {
  expect(applies(body)).toBe(can)
})

it('logs an answer that it stumbles over, and lets it out', async () => {
  const warn = vi.fn()
  const call = { operation: 'chat', wire: 'openai-chat', body: { response_format: { type: 'json_object' } } }
  const checker = new Checks({ log: { warn } } as unknown as ChecksParts).of(call as unknown as Call, '', select)!
  const answer = { model: 'm', bytes: undefined as unknown as Buffer, logprob: undefined }
  expect(await checker.check(answer, new AbortController().signal)).toEqual([])
  expect(warn).toHaveBeenCalledWith({ check: 'schema', reason: expect.any(String) }, expect.any(String))
})

it('logs what could not be decided by its findings, with its code, once a minute', () => {
  const error = vi.fn()
  const call = { operation: 'chat', wire: 'openai-chat', body: { response_format: { type: 'json_object' } } }
  const checker = new Checks({ log: { error } } as unknown as ChecksParts).of(call as unknown as Call, '', select)!
  checker.failed(new TypeError('a defect'))
  checker.failed(new TypeError('a defect'))
  expect(error.mock.calls).toEqual([
    [
      {
        code: 'ROUTER_INTERNAL',
        checks: 'schema',
        reason: 'The router failed: a defect.',
        stack: expect.stringContaining('TypeError'),
      },
      expect.any(String),
    ],
  ])
})
