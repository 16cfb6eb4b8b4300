import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'

/** An answer that broke off says so in its last event, or in its body, under status 200. */
const BROKEN_OFF = /"finish_reason"\s*:\s*"(ERROR|TIMEOUT)"/

/** A trial key's allowance of a month: waiting a minute is no help. https://docs.cohere.com/docs/rate-limits */
const MONTH_USED_UP = /limited to \d+ api calls \/ month|per month/i

const TOO_LONG = /too many tokens|size limit exceeded/i

/** Source: https://docs.cohere.com/reference/errors */
const OF_STATUS: ReadonlyMap<number, OutcomeKind> = new Map<number, OutcomeKind>([
  [498, 'provider_auth'],
  [499, 'provider_error'],
])

/** Errors are `{ message, id }`. */
export function classifyCohere(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Failure {
  const broken = status < 400 ? BROKEN_OFF.exec(body)?.[1] : undefined
  if (broken !== undefined) {
    const kind = broken === 'TIMEOUT' ? 'provider_timeout_response' : 'provider_error'
    return { kind, message: `the answer broke off with finish_reason ${broken}`, code: broken }
  }
  const failure = classifyError(status, headers, body, now)
  if (status === 429 && MONTH_USED_UP.test(failure.message))
    return { ...failure, kind: 'provider_billing', about: 'endpoint' }
  if (status === 400 && TOO_LONG.test(failure.message)) return { ...failure, kind: 'caller_too_long' }
  const kind = OF_STATUS.get(status)
  return kind === undefined ? failure : { ...failure, kind, ...(kind === 'provider_auth' && { about: 'endpoint' }) }
}
