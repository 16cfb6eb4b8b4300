import assert from 'node:assert/strict'
import { type Failure, OUTCOME_KINDS, type OutcomeKind, type ProviderAdapter } from '../api.ts'
import type { Check } from './check.ts'

type MakeCheck = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>) => Check

/** What a status means when the body says no more than that something failed. */
const TABLE: Readonly<Record<number, readonly OutcomeKind[]>> = {
  400: ['caller_invalid'],
  401: ['provider_auth'],
  402: ['provider_billing'],
  404: ['provider_not_found'],
  413: ['caller_too_long', 'caller_invalid'],
  422: ['caller_invalid'],
  429: ['provider_rate_limited'],
  500: ['provider_error', 'provider_overloaded'],
  502: ['provider_error', 'provider_overloaded', 'provider_network'],
  503: ['provider_overloaded', 'provider_error'],
  504: ['provider_error', 'provider_overloaded', 'provider_timeout_response'],
  529: ['provider_overloaded'],
}

const BODIES = [
  '',
  'null',
  'true',
  '0',
  '""',
  '[]',
  '{',
  '{"error":',
  '{"error":null}',
  '{"error":"text"}',
  '{"error":[]}',
  '{"error":{"message":5,"code":{},"type":[]}}',
  '{"error":{"message":null}}',
  '{"message":{"a":1}}',
  '{"detail":[{"loc":["body"],"msg":"bad"}]}',
  '{"__proto__":{"error":1}}',
  '<html><body>502 Bad Gateway</body></html>',
  'Ünïcödé \ud83d',
]
/** Dear to read, whatever comes with them. */
const LONG_BODIES = ['['.repeat(50_000), 'x'.repeat(100_000)]

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  ...['7', '-7', '0', '1e999', 'NaN', 'soon', '', 'Wed, 21 Oct 2015 07:28:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'].map(
    (value) => ({
      'retry-after': value,
    }),
  ),
  { 'retry-after-ms': '-1', 'x-ratelimit-reset-requests': 'nonsense', 'x-ratelimit-reset-tokens': '1h2m3s' },
]

const failing = (message: string): string => JSON.stringify({ error: { message } })

export function errorChecks(check: MakeCheck): Check[] {
  return [
    check('classify() bears any status, headers and body', (adapter) => {
      for (const status of [200, 400, 401, 404, 418, 429, 499, 500, 503, 599]) {
        for (const headers of HEADERS) for (const body of BODIES) failureSound(adapter.classify(status, headers, body))
        for (const body of LONG_BODIES) failureSound(adapter.classify(status, {}, body))
      }
    }),
    ...Object.entries(TABLE).map(([status, kinds]) =>
      check(`classify() knows what ${status} means`, (adapter) => {
        const { kind } = adapter.classify(Number(status), { 'content-type': 'application/json' }, failing('It failed.'))
        assert.ok(kinds.includes(kind), `${status} is ${kind}, not ${kinds.join(' or ')}`)
      }),
    ),
    check('classify() hands on the upstream’s own reason', (adapter) => {
      const { message } = adapter.classify(500, {}, failing('The flux capacitor is empty.'))
      assert.match(message, /flux capacitor/)
    }),
    check('classify() reads retry-after in seconds', (adapter) => {
      for (const status of [429, 503])
        assert.equal(adapter.classify(status, { 'retry-after': '7' }, failing('Slow down.')).retryAfterMs, 7000)
    }),
    check('classify() reads retry-after as a date', (adapter) => {
      const at = new Date(Date.now() + 60_000).toUTCString()
      const { retryAfterMs = 0 } = adapter.classify(429, { 'retry-after': at }, failing('Slow down.'))
      assert.ok(retryAfterMs > 50_000 && retryAfterMs <= 60_000, `in a minute is ${retryAfterMs} ms`)
    }),
    check('classify() knows an error under status 200', (adapter) => {
      const { kind } = adapter.classify(200, {}, failing('It failed.'))
      assert.ok(kind.startsWith('provider_'), `it is ${kind}, as if the caller were to blame`)
    }),
  ]
}

function failureSound(failure: Failure): void {
  const { kind, message, code, retryAfterMs } = failure
  assert.ok(OUTCOME_KINDS.includes(kind) && kind !== 'ok', `the kind is ${String(kind)}`)
  assert.equal(typeof message, 'string', 'the message is not text')
  assert.ok(code === undefined || typeof code === 'string', 'the code is not text')
  assert.ok(
    retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0),
    `retryAfterMs is ${retryAfterMs}`,
  )
}
