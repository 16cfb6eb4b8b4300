/** OpenRouter's canonical error types, stable over all dialects. */
export type ErrorType =
  | 'authentication'
  | 'content_policy_violation'
  | 'context_length_exceeded'
  | 'invalid_request'
  | 'not_found'
  | 'payload_too_large'
  | 'payment_required'
  | 'permission_denied'
  | 'provider_overloaded'
  | 'provider_unavailable'
  | 'rate_limit_exceeded'
  | 'server'
  | 'timeout'
  | 'unmapped'

export interface ErrorEntry {
  readonly status: number
  readonly exit: number
  readonly type: ErrorType
  readonly text: string
}

/** Exit codes: 1 unexpected, 2 usage, 3 configuration, 4 plugin, 5 state on disk, 6 network or server. */
export const entry = (status: number, exit: number, type: ErrorType, text: string): ErrorEntry => ({
  status,
  exit,
  type,
  text,
})
