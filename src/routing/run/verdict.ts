import { type ErrorType, RouterError } from '../../base/errors.ts'
import type { AttemptRecord, Exclusion, OutcomeKind } from '../../plugins/api.ts'
import { HOSTED_TOOLS } from '../plan/filter.ts'

/** After this outcome another endpoint of the same model may do better. */
export const movesOn = (kind: OutcomeKind): boolean => kind.startsWith('provider_') || kind === 'router_error'

/** After this outcome another model of the chain may do better, although another endpoint would not. */
export const movesToNextModel = (kind: OutcomeKind): boolean => kind === 'caller_too_long' || kind === 'policy_refused'

/** After this outcome the same endpoint may be tried again, once the others have been. */
export const worthRepeating = (kind: OutcomeKind): boolean =>
  movesOn(kind) && kind !== 'provider_auth' && kind !== 'provider_billing' && kind !== 'provider_not_found'

const LIMITED: ReadonlySet<OutcomeKind> = new Set(['provider_rate_limited', 'provider_overloaded'])

/** A fault that may be over at once, unlike a limit. */
export const mayBeOver = (kind: OutcomeKind): boolean => worthRepeating(kind) && !LIMITED.has(kind)

/** How a failure that is the caller's own is reported to the caller. */
const CALLER: Readonly<Partial<Record<OutcomeKind, { status: number; type: ErrorType }>>> = {
  caller_invalid: { status: 400, type: 'invalid_request' },
  caller_too_long: { status: 400, type: 'context_length_exceeded' },
  policy_refused: { status: 403, type: 'content_policy_violation' },
}

/** What a provider says of a client's own account, by status. */
const OWN_ACCOUNT: Readonly<Record<number, ErrorType>> = {
  401: 'authentication',
  402: 'payment_required',
  403: 'permission_denied',
}

/**
 * The error for a request none of whose attempts succeeded. `attempts` is not empty; `last` is the one that the client
 * sees. `excluded`: who was not asked, and why.
 */
export function failureOf(
  attempts: readonly AttemptRecord[],
  retryAfterMs: number | undefined,
  last: AttemptRecord = attempts.at(-1)!,
  excluded: readonly Exclusion[] = [],
): RouterError {
  const extra = { previous_errors: attempts.map(describe), provider_name: providerOf(last.endpoint) }
  const ownType = last.byok && last.kind === 'caller_invalid' ? OWN_ACCOUNT[last.status ?? 0] : undefined
  if (ownType)
    return new RouterError(
      'ROUTER_BYOK_REFUSED',
      { provider: providerOf(last.endpoint), reason: last.message ?? last.kind },
      { status: last.status!, type: ownType, extra },
    )
  const caller = CALLER[last.kind]
  if (caller) {
    const status = last.status !== undefined && last.status >= 400 && last.status < 500 ? last.status : caller.status
    return new RouterError(
      'ROUTER_UPSTREAM_REFUSED',
      { reason: last.message ?? last.kind },
      { status, type: caller.type, extra },
    )
  }
  // They work, and a client wonders why they were not asked.
  const spared = excluded.filter((exclusion) => exclusion.reason === HOSTED_TOOLS)
  const reason = [
    ...attempts.map((attempt) => `${attempt.endpoint}: ${attempt.message ?? attempt.kind}`),
    ...spared.map((exclusion) => `${exclusion.endpoint} was not asked: ${exclusion.detail}`),
  ].join('; ')
  const limited = attempts.every((attempt) => LIMITED.has(attempt.kind))
  // Nobody has it: clients are not to ask again, as they do after a 502.
  const missing = attempts.every((attempt) => attempt.kind === 'provider_not_found')
  return new RouterError(
    limited ? 'ROUTER_ALL_LIMITED' : 'ROUTER_ALL_FAILED',
    { reason },
    {
      extra,
      ...(missing && { status: 404, type: 'not_found' as const }),
      ...(limited && {
        retryAfterMs: retryAfterMs ?? 1000,
        type: last.kind === 'provider_rate_limited' ? 'rate_limit_exceeded' : 'provider_overloaded',
      }),
    },
  )
}

const describe = (attempt: AttemptRecord) => ({
  provider: providerOf(attempt.endpoint),
  endpoint: attempt.endpoint,
  code: attempt.status ?? null,
  kind: attempt.kind,
  message: attempt.message ?? attempt.kind,
})

const providerOf = (endpoint: string) => endpoint.slice(0, endpoint.indexOf('/'))

/** The error for a request that no endpoint was eligible for: which constraint excluded whom. */
export function notEligible(
  models: readonly string[],
  excluded: readonly Exclusion[],
  retryAfterMs: number | undefined,
): RouterError {
  const reasons = [...new Set(excluded.map((exclusion) => exclusion.reason))]
  const reason =
    excluded.length === 0
      ? 'it has none'
      : excluded.map((exclusion) => `${exclusion.endpoint}: ${exclusion.detail} (${exclusion.reason})`).join('; ')
  // One that would be asked, were it not for the moment, makes it worth trying again.
  if (reasons.some((name) => name === 'rate_limited' || name === 'breaker')) {
    return new RouterError(
      'ROUTER_ALL_LIMITED',
      { reason },
      { retryAfterMs: retryAfterMs ?? 5000, type: 'rate_limit_exceeded' },
    )
  }
  const availability = {
    code: excluded.length === 0 ? 'no_endpoints' : 'constraint_filtered',
    retryable: false,
    requested_models: models,
    excluded_by: reasons,
    affected_providers: [...new Set(excluded.map((exclusion) => providerOf(exclusion.endpoint)))],
    constraint: excluded[0] && { field: excluded[0].reason, detail: excluded[0].detail },
  }
  return new RouterError('ROUTER_NO_ENDPOINTS', { model: models[0] ?? '', reason }, { extra: { availability } })
}
