import type { FaultDetails } from '../health/operation-health.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { AttemptContext } from './context.ts'

/** How an attempt's failure is to be counted against its endpoint; undefined when it did not fail. */
export function faultOf(
  { account, description }: AttemptContext,
  { endpoint }: PlannedRoute,
  { kind, failure, status }: AttemptResult,
): FaultDetails | undefined {
  if (!failure) return undefined
  // Named by its text, a model that is missing is the endpoint's fault, whatever the adapter made of it.
  const unsaid = kind === 'provider_not_found' && failure.about === undefined
  const named = unsaid && failure.message.includes(endpoint.model)
  return {
    retryAfterMs: failure.retryAfterMs,
    about: named ? 'endpoint' : failure.about,
    witness: `${account} ${description.fingerprint()}`,
    isDoubtful: isDoubtful(kind, status),
  }
}

/** A firewall's page, which may be about one prompt. */
export const isDoubtful = (kind: AttemptResult['kind'], status = 0): boolean =>
  kind === 'provider_error' && status >= 400 && status < 500
