import type { EndpointHealth } from './endpoint-health.ts'

export interface Refusal<E> {
  readonly endpoint: E
  readonly reason: 'breaker' | 'rate_limited'
  readonly detail: string
  /** When it is worth trying again, on the caller's clock. */
  readonly retryAt: number
}

export interface Admission<E> {
  readonly admitted: readonly E[]
  readonly refused: readonly Refusal<E>[]
}

/**
 * Why an endpoint is not to be tried now; undefined when it may be. `random`, in [0, 1), decides about a ramping one.
 */
export function refusalOf<E>(
  endpoint: E,
  health: EndpointHealth,
  now: number,
  random: () => number,
  operation: string,
): Refusal<E> | undefined {
  const { breaker } = health
  const own = health.operations?.get(operation)
  const missing = own && `it has no ${operation}: ${own.breaker.cause}`
  const ownState = own?.breaker.state(now)
  if (missing && ownState === 'open') return refusal(endpoint, 'breaker', missing, own.breaker.openUntil)
  if (missing && ownState === 'half-open' && own.probe)
    return refusal(endpoint, 'breaker', `being probed after: ${missing}`, now)
  const state = breaker.state(now)
  if (state === 'open')
    return refusal(endpoint, 'breaker', `ejected: ${breaker.cause}`, Math.max(breaker.openUntil, health.limitedUntil))
  if (now < health.limitedUntil)
    return refusal(endpoint, 'rate_limited', 'the upstream asked to wait', health.limitedUntil)
  if (state === 'half-open' && health.probe)
    return refusal(endpoint, 'breaker', `being probed after: ${breaker.cause}`, now)
  if (state === 'ramping' && random() >= breaker.share(now))
    return refusal(endpoint, 'breaker', `ramping up after: ${breaker.cause}`, now)
  return undefined
}

const refusal = <E>(endpoint: E, reason: Refusal<E>['reason'], detail: string, retryAt: number): Refusal<E> => ({
  endpoint,
  reason,
  detail,
  retryAt,
})
