import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { aboutOf, isCallersOwn, isLargerThanLimit, isOperationMissing } from './about.ts'
import { type ErrorBody, readErrorBody } from './error-body.ts'
import { KIND_OF_CODE, KIND_OF_STATUS, KIND_OF_TYPE } from './error-codes.ts'
import { rateLimitResetMs, retryAfterMs, retryHintMs } from './retry-after.ts'
import { isContentParam, saysTooLong } from './too-long.ts'

/**
 * Reasons that upstreams dress in a status that means something else, e.g. "Your credit balance is too low" as 400
 * (Anthropic), context length as 403 (Together), a bad key as 400 (xAI), a suspended account as 412 (Fireworks).
 */
const BILLING =
  /credit balance|credit limit|spend(?:ing)? (?:limit|cap)|regain access on|insufficient (?:balance|credits?|funds|quota)|(?:out of|available|included|more|enough|remaining) credits|payment (?:method|required)|past invoices|billing (?:is )?not active|account is (?:not active|suspended)|top up/i
const POLICY =
  /content (?:policy|filter|management|moderation|exists risk)|usage (?:policy|policies|guidelines)|safety (?:system|polic|filter|check)|flagged (?:by|as|for)|violat\w+ (?:our|the|openai|usage|content|terms)|requires moderation/i
const BAD_KEY =
  /api[ _-]?key (?:is )?(?:not valid|invalid|expired|missing)|(?:invalid|incorrect|missing|no|expired|revoked) (?:api|access|auth\w*|bearer)[ _-]?(?:key|token|credentials?)/i
const NO_MODEL =
  /\bmodel\b.{0,80}\b(?:not found|does not exist|do(?:es)? not have access|not exist|decommissioned|deprecated|no longer|not a valid)|(?:unknown|invalid|no such|not a valid) model\b/i
const OVERLOADED =
  /overloaded|(?:over|at|insufficient) capacity|no (?:healthy|available) (?:upstream|instances?|workers?)|server is busy|(?:currently|is) loading|loading model/i
const RATE_LIMITED = /rate.?limit|too many requests/i

/**
 * An OpenAI- or Anthropic-shaped error answer as an outcome kind: for a status >= 400, and with status 200 for an error
 * body or an in-band error event. Decided by, in this order: billing reasons, codes, other reasons in the text, the
 * status, the type. Never throws.
 *
 * @param now Unix milliseconds, for reset times given as dates.
 */
export function classifyError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Failure {
  const error = readErrorBody(body)
  const effective = status >= 400 ? status : (error.status ?? status)
  const kind = kindOf(effective, error)
  const about = aboutOf(effective, kind, error.message, error.codes)
  const code = error.codes[0] ?? (error.status === undefined ? undefined : String(error.status))
  const wait =
    retryAfterMs(headers, now) ??
    (kind === 'provider_rate_limited' ? (rateLimitResetMs(headers, now) ?? retryHintMs(error.message)) : undefined)
  return {
    kind,
    message: messageOf(status, error),
    ...(code === undefined ? {} : { code: code.slice(0, 100) }),
    ...(about === undefined ? {} : { about }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  }
}

function kindOf(status: number, error: ErrorBody): OutcomeKind {
  if (status < 400 && error.form !== 'json') return error.form === 'empty' ? 'provider_empty' : 'provider_malformed'
  const text = unquoted(error.message)
  return (
    (error.codes.includes('resource_exhausted') ? undefined : matched(BILLING, text, 'provider_billing')) ??
    kindOfReference(status, text) ??
    kindOfLength(status, text, error) ??
    firstOf(error.codes, KIND_OF_CODE) ??
    kindOfText(status, text) ??
    kindOfStatus(status, error.form) ??
    firstOf(error.codes, KIND_OF_TYPE) ??
    (RATE_LIMITED.test(text) ? 'provider_rate_limited' : 'provider_error')
  )
}

/**
 * What is missing is the caller's own, or the operation: a status and a type of "not found" or "permission" say it of
 * the endpoint.
 */
function kindOfReference(status: number, text: string): OutcomeKind | undefined {
  if (status < 400 || status >= 500 || status === 401 || status === 429) return undefined
  if (isCallersOwn(text)) return 'caller_invalid'
  return matchedBy(isOperationMissing, text, 'provider_not_found')
}

function kindOfLength(status: number, text: string, { codes, param }: ErrorBody): OutcomeKind | undefined {
  if (isLargerThanLimit(text)) return 'provider_rate_limited'
  if (codes.includes('string_above_max_length')) return isContentParam(param) ? 'caller_too_long' : 'caller_invalid'
  // In a 429 "too many tokens" is about the minute, not about the prompt.
  return status === 429 ? undefined : matchedBy(saysTooLong, text, 'caller_too_long')
}

function kindOfText(status: number, text: string): OutcomeKind | undefined {
  if (status < 400 || status >= 500) return matched(OVERLOADED, text, 'provider_overloaded')
  if (status === 400 || status === 403 || status === 422) {
    return (
      matched(POLICY, text, 'policy_refused') ??
      matched(BAD_KEY, text, 'provider_auth') ??
      matched(NO_MODEL, text, 'provider_not_found')
    )
  }
  return undefined
}

function kindOfStatus(status: number, form: ErrorBody['form']): OutcomeKind | undefined {
  if (status < 400) return undefined
  // A web page is no answer of an API: something in front of it refused.
  if (form === 'html' && (status === 400 || status === 403)) return 'provider_error'
  return KIND_OF_STATUS.get(status) ?? (status < 500 ? 'caller_invalid' : 'provider_error')
}

const matched = (pattern: RegExp, text: string, kind: OutcomeKind): OutcomeKind | undefined =>
  pattern.test(text) ? kind : undefined

const matchedBy = (test: (text: string) => boolean, text: string, kind: OutcomeKind): OutcomeKind | undefined =>
  test(text) ? kind : undefined

function firstOf(codes: readonly string[], table: ReadonlyMap<string, OutcomeKind>): OutcomeKind | undefined {
  for (const code of codes) {
    const kind = table.get(code)
    if (kind) return kind
  }
  return undefined
}

/**
 * Without phrases in quotes: upstreams quote the client's own words, and those must not decide whose fault it was.
 * Single words stay.
 */
const unquoted = (text: string): string =>
  text.replace(/"[^"]*"|`[^`]*`|(?<![\w'])'[^']*'(?!\w)/g, (quoted) => (/\s/.test(quoted) ? '""' : quoted))

/** Not cut: the core takes secrets out first, and one that is cut in two would be shown. */
function messageOf(status: number, error: ErrorBody): string {
  if (error.form === 'html') return `HTTP ${status} with a web page${error.message ? `: ${error.message}` : ''}`
  if (error.message === '')
    return `HTTP ${status} ${error.form === 'empty' ? 'with an empty body' : 'without a reason'}`
  return error.message
}
