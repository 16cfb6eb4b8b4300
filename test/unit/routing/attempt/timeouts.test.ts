import { expect, test } from 'vitest'
import { askedTimeouts, impatient } from '../../../../src/routing/attempt/timeouts.ts'

test('a request asks for times by name, up to what it may', () => {
  expect(askedTimeouts(undefined, 60_000)).toBeUndefined()
  expect(askedTimeouts('first_token=30s, total=2m', 60_000)).toEqual({ firstTokenMs: 30_000, totalMs: 60_000 })
  expect(askedTimeouts('response=500ms,alive=1,idle = 2s', 60_000)).toEqual({
    responseMs: 500,
    aliveMs: 1000,
    idleMs: 2000,
  })
})

test.each([
  '',
  'first_token',
  'first_token=',
  'first_token=soon',
  'total=0s',
  'total=1s=2s',
  'connect=1s',
  'total=1s,',
  '__proto__=1s',
])('what is not understood is told: %j', (header) => {
  expect(() => askedTimeouts(header, 60_000)).toThrow(expect.objectContaining({ code: 'ROUTER_BAD_REQUEST' }))
})

test('an endpoint on probation gets no time for signs of life', () => {
  const timeouts = { connectMs: 1, firstTokenMs: 9000, responseMs: 90, aliveMs: 99_000, idleMs: 5, totalMs: 100_000 }
  expect(impatient(timeouts, 2000)).toEqual({ ...timeouts, firstTokenMs: 2000, responseMs: 90, aliveMs: 2000 })
})
