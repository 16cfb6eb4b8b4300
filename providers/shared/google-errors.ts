import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { classifyError } from './classify.ts'
import { isObject } from './is-object.ts'

/**
 * Google's error model (https://cloud.google.com/apis/design/errors): what the status alone does not say is in its
 * `details` and its text. A failed precondition is the account's: a region that is not served, a bill.
 */
export function classifyGoogle(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Failure {
  const plain = classifyError(status, headers, body, now)
  const error = errorIn(body)
  if (!error) return plain
  const { code, ...rest } = plain
  const named = typeof error.status === 'string' ? error.status : code
  const details = Array.isArray(error.details) ? error.details.filter(isObject) : []
  const own = kindOf(named, plain.message, details)
  const wait = plain.retryAfterMs ?? delayIn(details)
  const kind = own ?? rest.kind
  return {
    ...rest,
    kind,
    ...(named !== undefined && { code: String(named).slice(0, 100) }),
    ...(ENDPOINTS.has(kind) && own !== undefined && { about: 'endpoint' as const }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}

const ENDPOINTS: ReadonlySet<string> = new Set(['provider_auth', 'provider_billing'])

function kindOf(
  status: string | undefined,
  message: string,
  details: readonly Record<string, unknown>[],
): OutcomeKind | undefined {
  const reasons = details.map(({ reason }) => reason)
  if (reasons.includes('API_KEY_INVALID') || reasons.includes('API_KEY_SERVICE_BLOCKED')) return 'provider_auth'
  if (reasons.includes('SERVICE_DISABLED')) return 'provider_auth'
  if (reasons.includes('BILLING_DISABLED')) return 'provider_billing'
  if (status === 'UNAUTHENTICATED') return 'provider_auth'
  if (status === 'FAILED_PRECONDITION' && /billing|location is not supported|free tier/i.test(message))
    return 'provider_billing'
  if (status === 'UNAVAILABLE') return 'provider_overloaded'
  if (status === 'DEADLINE_EXCEEDED') return 'provider_timeout_response'
  if (status === 'RESOURCE_EXHAUSTED') return 'provider_rate_limited'
  return undefined
}

/** `RetryInfo.retryDelay`, in seconds: `"37s"`, `"0.5s"`. */
function delayIn(details: readonly Record<string, unknown>[]): number | undefined {
  for (const { retryDelay } of details) {
    const seconds = typeof retryDelay === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(retryDelay)?.[1] : undefined
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000)
  }
  return undefined
}

/** `{ error }`, or a list of one, as streams without `alt=sse` have it. */
function errorIn(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed
    return isObject(first) && isObject(first.error) ? first.error : undefined
  } catch {
    return undefined
  }
}
