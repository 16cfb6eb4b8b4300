/** Everything a hub refuses, and the HTTP status it does so with. On the wire: `{"error": {"code", "message"}}`. */
export const PROBLEMS = {
  bad_request: 400,
  bad_json: 400,
  not_signed: 401,
  bad_signature: 401,
  key_needed: 401,
  clock_skew: 401,
  unknown_member: 401,
  suspended: 403,
  wrong_role: 403,
  work_needed: 403,
  invite_unknown: 403,
  invite_expired: 403,
  invite_used: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_slow: 408,
  conflict: 409,
  epoch_not_over: 409,
  epoch_too_old: 410,
  too_large: 413,
  unsupported_encoding: 415,
  wrong_version: 422,
  invalid: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** A document that is refused. Both sides throw it; the hub answers with it. */
export class ProtocolProblem extends Error {
  readonly code: ProblemCode
  readonly retryAfterS: number | undefined

  constructor(
    code: ProblemCode,
    message: string,
    options: { readonly retryAfterS?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'ProtocolProblem'
    this.code = code
    this.retryAfterS = options.retryAfterS
  }

  get status(): number {
    return PROBLEMS[this.code]
  }
}
