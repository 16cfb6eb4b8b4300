import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import { isObject } from '../shared/is-object.ts'
import { saysTooLong } from '../shared/too-long.ts'

/**
 * By the name of the exception, lower-case and without its end `exception`. Source: the errors of
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html and, of the account's, of
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html.
 */
const KINDS: ReadonlyMap<string, OutcomeKind> = new Map(
  Object.entries({
    throttling: 'provider_rate_limited',
    toomanyrequests: 'provider_rate_limited',
    servicequotaexceeded: 'provider_rate_limited',
    modelnotready: 'provider_overloaded',
    serviceunavailable: 'provider_overloaded',
    modeltimeout: 'provider_timeout_response',
    modelerror: 'provider_error',
    modelstreamerror: 'provider_error',
    internalserver: 'provider_error',
    internalfailure: 'provider_error',
    accessdenied: 'provider_auth',
    unrecognizedclient: 'provider_auth',
    expiredtoken: 'provider_auth',
    invalidsignature: 'provider_auth',
    incompletesignature: 'provider_auth',
    missingauthenticationtoken: 'provider_auth',
    notauthorized: 'provider_auth',
    optinrequired: 'provider_auth',
    resourcenotfound: 'provider_not_found',
    validation: 'caller_invalid',
  }),
)

/** The model is there only by a profile, or not at all: a person has to change its name. */
const NO_MODEL =
  /on-demand throughput|model identifier is invalid|(?:model|profile)\b.{0,60}(?:not supported|isn't supported|not found|end of (?:its )?life)/i
/** A quota of a day is worth an hourly look, milliseconds. */
const DAILY_WAIT_MS = 3_600_000
const EXPIRED = /expired/i

interface Problem {
  readonly type: string
  readonly message: string
  readonly body: Readonly<Record<string, unknown>>
}

/** An answer of Bedrock's that is an error, or an exception inside of a stream, as an outcome kind. Never throws. */
export function classifyBedrock(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
  now: number,
): Failure {
  const problem = read(headers, text)
  const general = classifyError(problem.status ?? status, headers, text, now)
  const kind = kindOf(problem)
  if (kind === undefined) return problem.message === '' ? general : { ...general, message: problem.message }
  const { retryAfterMs } = general
  const wait = kind === 'provider_rate_limited' && /per day/i.test(problem.message) ? DAILY_WAIT_MS : retryAfterMs
  const about = aboutOf(kind, problem.message)
  return {
    kind,
    message: problem.message || general.message,
    code: problem.type.slice(0, 100),
    ...(about && { about }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}

/** Whether credentials that were good are not any more. */
export const isExpired = ({ kind, code = '', message }: Failure): boolean =>
  kind === 'provider_auth' && (EXPIRED.test(code) || EXPIRED.test(message))

function read(headers: Readonly<Record<string, string>>, text: string): Problem & { readonly status?: number } {
  const whole = parse(text)
  const body = isObject(whole.error) ? whole.error : whole
  // `Name:http://…` in the header, `namespace#Name` in the body.
  const named = headers['x-amzn-errortype'] ?? body.__type ?? body.type
  const type = typeof named === 'string' ? named.split(':', 1)[0]!.split('#').at(-1)! : ''
  const message = [body.message, body.Message, body.originalMessage].find((each) => typeof each === 'string') ?? ''
  const original = Number(body.originalStatusCode)
  return { type, message, body, ...(original >= 400 && original < 600 && { status: original }) }
}

function kindOf({ type, message, body }: Problem): OutcomeKind | undefined {
  const kind = KINDS.get(type.toLowerCase().replace(/(?:exception|error)?$/, '')) ?? KINDS.get(type.toLowerCase())
  if (kind === 'caller_invalid') {
    if (saysTooLong(message)) return 'caller_too_long'
    return NO_MODEL.test(message) ? 'provider_not_found' : kind
  }
  // What the model's own server said is more exact.
  return body.originalStatusCode === undefined ? kind : undefined
}

function aboutOf(kind: OutcomeKind, message: string): Failure['about'] {
  if (kind === 'provider_not_found') return 'endpoint'
  return kind === 'provider_auth' && !/operation|action/i.test(message) ? 'endpoint' : undefined
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
