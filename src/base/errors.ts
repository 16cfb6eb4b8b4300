import { ERRORS, type ErrorCode, type ErrorType } from './error-table.ts'

export { ERRORS, type ErrorCode, type ErrorType } from './error-table.ts'

export type ErrorDetails = Readonly<Record<string, string | number>>

interface ErrorOptions {
  readonly cause?: unknown
  /** Instead of the table's, where an upstream decided it. */
  readonly status?: number
  readonly type?: ErrorType
  readonly retryAfterMs?: number | undefined
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * A coded error. `message` is the table's text with the details filled in; `extra` travels to the client as
 * `error.metadata`.
 */
export class RouterError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly exit: number
  readonly type: ErrorType
  readonly details: ErrorDetails
  /** When trying again may help. */
  readonly retryAfterMs: number | undefined
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: ErrorOptions = {}) {
    super(
      ERRORS[code].text.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? '')),
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.name = 'RouterError'
    this.code = code
    this.status = options.status ?? ERRORS[code].status
    this.exit = ERRORS[code].exit
    this.type = options.type ?? ERRORS[code].type
    this.details = details
    this.retryAfterMs = options.retryAfterMs
    this.extra = options.extra ?? {}
  }
}

/** What was thrown, as something that counts as an error: a plugin may throw `undefined`, or reject with nothing. */
export const thrown = (error: unknown): unknown =>
  error === undefined ? new RouterError('ROUTER_INTERNAL', { reason: 'undefined was thrown' }) : error

/** The reason inside anything thrown, on one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = (error as NodeJS.ErrnoException).code
  const text = error.message || (error.cause === undefined ? error.name : reasonOf(error.cause))
  const line = text.split('\n', 1)[0] ?? ''
  return code && !line.includes(code) && !(error instanceof RouterError) ? `${line} (${code})` : line
}
