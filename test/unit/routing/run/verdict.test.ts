import { describe, expect, test } from 'vitest'
import { type AttemptRecord, OUTCOME_KINDS, type OutcomeKind } from '../../../../src/plugins/api.ts'
import {
  failureOf,
  movesOn,
  movesToNextModel,
  notEligible,
  worthRepeating,
} from '../../../../src/routing/run/verdict.ts'

const attempt = (kind: OutcomeKind, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  endpoint: 'acme/m',
  kind,
  startMs: 0,
  totalMs: 1,
  message: `why ${kind}`,
  ...more,
})

describe('what follows an outcome', () => {
  const NEITHER: readonly OutcomeKind[] = ['ok', 'caller_invalid', 'caller_cancelled']
  const NEXT_MODEL: readonly OutcomeKind[] = ['caller_too_long', 'policy_refused']
  const NOT_AGAIN: readonly OutcomeKind[] = ['provider_auth', 'provider_billing', 'provider_not_found']
  test.each(OUTCOME_KINDS)('%s', (kind) => {
    const others = !NEITHER.includes(kind) && !NEXT_MODEL.includes(kind)
    expect([movesOn(kind), movesToNextModel(kind), worthRepeating(kind)]).toEqual([
      others,
      NEXT_MODEL.includes(kind),
      others && !NOT_AGAIN.includes(kind),
    ])
  })
})

describe('what the client is told', () => {
  test.each<[string, AttemptRecord[], number | undefined, object]>([
    [
      'its own mistake',
      [attempt('caller_invalid', { status: 422 })],
      undefined,
      { status: 422, type: 'invalid_request', message: 'why caller_invalid' },
    ],
    [
      'its own mistake under 200',
      [attempt('caller_invalid', { status: 200 })],
      undefined,
      { status: 400, type: 'invalid_request' },
    ],
    [
      'too long after a failure',
      [attempt('provider_error'), attempt('caller_too_long')],
      undefined,
      { status: 400, type: 'context_length_exceeded' },
    ],
    ['refused', [attempt('policy_refused')], undefined, { status: 403, type: 'content_policy_violation' }],
    [
      'a wrong key is not its own',
      [attempt('provider_auth', { status: 401 })],
      undefined,
      { status: 502, code: 'ROUTER_ALL_FAILED', retryAfterMs: undefined },
    ],
    [
      'all limited',
      [attempt('provider_overloaded'), attempt('provider_rate_limited')],
      7000,
      { status: 503, code: 'ROUTER_ALL_LIMITED', retryAfterMs: 7000, type: 'rate_limit_exceeded' },
    ],
    [
      'all limited, nobody knows how long',
      [attempt('provider_overloaded')],
      undefined,
      { status: 503, retryAfterMs: 1000, type: 'provider_overloaded' },
    ],
    [
      'one limited, one broken',
      [attempt('provider_rate_limited'), attempt('provider_error')],
      7000,
      { status: 502, retryAfterMs: undefined },
    ],
  ])('%s', (_, attempts, retryAfterMs, expected) => expect(failureOf(attempts, retryAfterMs)).toMatchObject(expected))

  test('every attempt, with its reason', () => {
    const error = failureOf(
      [attempt('provider_auth', { status: 401 }), attempt('provider_network', { endpoint: 'b/n', message: 'reset' })],
      undefined,
    )
    expect(error.message).toContain('acme/m: why provider_auth; b/n: reset')
    expect(error.extra).toEqual({
      provider_name: 'b',
      previous_errors: [
        { provider: 'acme', endpoint: 'acme/m', code: 401, kind: 'provider_auth', message: 'why provider_auth' },
        { provider: 'b', endpoint: 'b/n', code: null, kind: 'provider_network', message: 'reset' },
      ],
    })
  })
})

describe('when nobody was asked', () => {
  const exclusion = (endpoint: string, reason: string) => ({
    endpoint,
    model: 'm',
    reason,
    detail: `because of ${reason}`,
  })
  test.each<[string, string[], number | undefined, object]>([
    ['no endpoint', [], undefined, { status: 404, code: 'ROUTER_NO_ENDPOINTS' }],
    ['constraints', ['only', 'max_price'], undefined, { status: 404, code: 'ROUTER_NO_ENDPOINTS' }],
    ['a limit', ['rate_limited'], undefined, { status: 503, retryAfterMs: 5000 }],
    ['the breaker', ['breaker'], 9000, { status: 503, retryAfterMs: 9000 }],
    ['a limit at the only one that was asked for', ['only', 'rate_limited'], undefined, { status: 503 }],
  ])('%s', (_, reasons, retryAfterMs, expected) => {
    const excluded = reasons.map((reason, i) => exclusion(`p${i}/m`, reason))
    expect(notEligible(['m'], excluded, retryAfterMs)).toMatchObject(expected)
  })
  test('the constraints and whom they excluded are told', () => {
    const error = notEligible(
      ['m', 'n'],
      [exclusion('a/m', 'only'), exclusion('b/m', 'only'), exclusion('a/n', 'max_price')],
      undefined,
    )
    expect(error.extra.availability).toEqual({
      code: 'constraint_filtered',
      retryable: false,
      requested_models: ['m', 'n'],
      excluded_by: ['only', 'max_price'],
      affected_providers: ['a', 'b'],
      constraint: { field: 'only', detail: 'because of only' },
    })
    expect(error.message).toContain('b/m: because of only (only)')
  })
})
