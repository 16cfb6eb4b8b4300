/**
 * Every error that reaches a person, in one table: code, HTTP status, exit code, canonical `error_type` and text.
 * `{name}` in a text is filled from the details given.
 */
import { type ErrorEntry, entry } from './error-tables/entry.ts'
import { FEDERATION_ERRORS } from './error-tables/federation.ts'
import { REQUEST_ERRORS } from './error-tables/requests.ts'
import { START_ERRORS } from './error-tables/start.ts'

export type { ErrorType } from './error-tables/entry.ts'

export const ERRORS = {
  ROUTER_INTERNAL: entry(500, 1, 'server', 'The router failed: {reason}.'),
  ...REQUEST_ERRORS,
  ...START_ERRORS,
  ...FEDERATION_ERRORS,
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS
