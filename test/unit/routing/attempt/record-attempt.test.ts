import { expect, test } from 'vitest'
import type { Outcome } from '../../../../src/plugins/api.ts'
import type { AttemptResult } from '../../../../src/routing/attempt/attempt-result.ts'
import type { AttemptContext } from '../../../../src/routing/attempt/context.ts'
import { recordAttempt } from '../../../../src/routing/attempt/record-attempt.ts'
import type { PlannedRoute } from '../../../../src/routing/plan/planned-route.ts'

function outcomeOf(kind: AttemptResult['kind'], status?: number): Outcome {
  const outcomes: Outcome[] = []
  const context = {
    call: { operation: 'chat', stream: false },
    class: 'c',
    demand: { textBytes: 9 },
    inputTokens: 3,
    core: { now: () => 0, books: { cost: () => undefined, outcome: (outcome: Outcome) => outcomes.push(outcome) } },
  } as unknown as AttemptContext
  const planned = { model: 'm', route: { endpoint: { id: 'a/m' }, provider: { secrets: [] } } }
  const failure = { kind, message: 'no' }
  const result = { kind, status, failure, sent: true, totalMs: 5 } as unknown as AttemptResult
  recordAttempt(context, planned as unknown as PlannedRoute, result, 0, false)
  return outcomes[0]!
}

test.each([
  ['a page of a firewall', 'provider_error', 403, true],
  ['an error of the server', 'provider_error', 503, undefined],
  ['too many requests', 'provider_rate_limited', 429, undefined],
  ['no connection', 'provider_network', undefined, undefined],
] as const)('what may be about one request says so: %s', (_, kind, status, doubtful) => {
  expect(outcomeOf(kind, status).doubtful).toBe(doubtful)
})
