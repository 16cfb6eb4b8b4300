import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import { isObject } from '../shared/is-object.ts'

/**
 * Its canonical `error_type`, the same in all of its APIs.
 * Source: https://openrouter.ai/docs/api/reference/errors-and-debugging
 */
const OF_TYPE: ReadonlyMap<unknown, OutcomeKind> = new Map<unknown, OutcomeKind>([
  ['context_length_exceeded', 'caller_too_long'],
  ['max_tokens_exceeded', 'caller_too_long'],
  ['token_limit_exceeded', 'caller_too_long'],
  ['string_too_long', 'caller_too_long'],
  ['payload_too_large', 'caller_too_long'],
  ['invalid_request', 'caller_invalid'],
  ['invalid_prompt', 'caller_invalid'],
  ['unprocessable', 'caller_invalid'],
  ['precondition_failed', 'caller_invalid'],
  ['invalid_image', 'caller_invalid'],
  ['image_too_large', 'caller_invalid'],
  ['image_too_small', 'caller_invalid'],
  ['unsupported_image_format', 'caller_invalid'],
  ['image_not_found', 'caller_invalid'],
  ['image_download_failed', 'caller_invalid'],
  ['content_policy_violation', 'policy_refused'],
  ['refusal', 'policy_refused'],
  ['authentication', 'provider_auth'],
  ['permission_denied', 'provider_auth'],
  ['payment_required', 'provider_billing'],
  ['rate_limit_exceeded', 'provider_rate_limited'],
  ['not_found', 'provider_not_found'],
  ['provider_overloaded', 'provider_overloaded'],
  ['provider_unavailable', 'provider_error'],
  ['server', 'provider_error'],
  ['timeout', 'provider_timeout_response'],
])

/** `error.availability.code`: why nobody behind it could be asked, and what that is about. */
const OF_AVAILABILITY: ReadonlyMap<unknown, Pick<Failure, 'kind' | 'about'>> = new Map<
  unknown,
  Pick<Failure, 'kind' | 'about'>
>([
  ['model_not_found', { kind: 'provider_not_found', about: 'endpoint' }],
  ['model_deprecated', { kind: 'provider_not_found', about: 'endpoint' }],
  ['free_variant_ended', { kind: 'provider_not_found', about: 'endpoint' }],
  ['wrong_endpoint', { kind: 'provider_not_found', about: 'operation' }],
  ['no_endpoints', { kind: 'provider_not_found', about: 'request' }],
  ['constraint_filtered', { kind: 'provider_not_found', about: 'request' }],
  ['privacy_restricted', { kind: 'provider_not_found', about: 'request' }],
  ['region_restricted', { kind: 'provider_not_found', about: 'request' }],
  ['capacity_exhausted', { kind: 'provider_overloaded' }],
  ['temporarily_unavailable', { kind: 'provider_overloaded' }],
  ['model_unavailable_upstream', { kind: 'provider_overloaded' }],
])

/** The same before there was a code: what the request or the account's settings leave out. */
const NOBODY_LEFT = /no endpoints (?:found|available)|no allowed providers|matching your (?:data policy|guardrail)/i

/** Before the answer with its status, or in mid-stream under status 200 as a chunk with `error`. */
export function classifyOpenRouter(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Failure {
  const failure = classifyError(status, headers, body, now)
  const { type, availability, moderated } = problemIn(body)
  const nobody = OF_AVAILABILITY.get(availability?.code)
  if (nobody) return { ...withWait(failure, availability?.retry_after), ...nobody }
  if (NOBODY_LEFT.test(failure.message)) return { ...failure, kind: 'provider_not_found', about: 'request' }
  if (moderated) return without(failure, 'policy_refused')
  const kind = OF_TYPE.get(type)
  return kind === undefined || kind === failure.kind ? failure : without(failure, kind)
}

interface Problem {
  readonly type?: unknown
  readonly availability?: Readonly<Record<string, unknown>>
  readonly moderated?: boolean
}

function problemIn(body: string): Problem {
  const parsed = parse(body)
  const response = isObject(parsed) && isObject(parsed.response) ? parsed.response : parsed
  if (!isObject(response)) return {}
  const error = isObject(response.error) ? response.error : response
  const metadata = isObject(error.metadata) ? error.metadata : {}
  return {
    type: metadata.error_type ?? error.error_type ?? response.error_type,
    ...(isObject(error.availability) && { availability: error.availability }),
    // The text that was flagged, or a guardrail's pattern.
    moderated:
      Array.isArray(metadata.reasons) || metadata.flagged_input !== undefined || Array.isArray(metadata.patterns),
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** What another kind was about is not known of this one. */
function without({ about: _, ...failure }: Failure, kind: OutcomeKind): Failure {
  return { ...failure, kind }
}

const withWait = (failure: Failure, seconds: unknown): Failure =>
  typeof seconds === 'number' && seconds > 0 ? { ...failure, retryAfterMs: seconds * 1000 } : failure
