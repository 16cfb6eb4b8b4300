import type { HealthDelta } from '../../plugins/api.ts'
import type { Breaker } from './breaker.ts'
import type { EndpointHealth } from './endpoint-health.ts'

/** What is held against endpoints at this moment: ejections, of them or of an operation, and waits after a 429. */
export function* healthDeltas(
  endpoints: Iterable<readonly [string, EndpointHealth]>,
  now: number,
): Generator<HealthDelta> {
  for (const [endpoint, { breaker, operations, limitedUntil, cap }] of endpoints) {
    if (breaker.openUntil > now) yield openDelta({ endpoint }, breaker)
    for (const [operation, own] of operations ?? [])
      if (own.breaker.openUntil > now) yield openDelta({ endpoint, operation }, own.breaker)
    if (limitedUntil <= now) continue
    const inFlight = cap.at(now)
    yield {
      of: 'health',
      endpoint,
      state: 'limited',
      cause: '',
      retryAt: limitedUntil,
      ...(Number.isFinite(inFlight) && { inFlight: Math.ceil(inFlight) }),
    }
  }
}

const openDelta = (
  of: { readonly endpoint: string; readonly operation?: string },
  { cause, openUntil }: Breaker,
): HealthDelta => ({
  of: 'health',
  ...of,
  state: 'open',
  cause,
  retryAt: openUntil,
})
