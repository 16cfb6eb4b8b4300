import type { AttemptContext } from '../attempt/context.ts'
import { expectedTokens } from '../plan/expected-tokens.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import { healthOf } from '../state/state.ts'

/**
 * Whether an endpoint that was admitted when it was ranked may still be asked: other requests may have found it dead,
 * or used its limits up.
 */
export function isStillFree(
  context: AttemptContext,
  { endpoint, model, route: { limits: own, provider } }: PlannedRoute,
): boolean {
  const { books, now, state } = context.core
  const { operation } = context.call
  if (!healthOf(state, operation, provider.own).available(endpoint.id, now(), operation)) return false
  if (operation === 'counting' || (own.rpm === undefined && own.tpm === undefined)) return true
  return state.limits.exceeded(endpoint.id, own, expectedTokens(books, model, context), now()) === undefined
}
