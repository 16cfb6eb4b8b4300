import type { RouterError } from '../../base/errors.ts'
import { statusOf } from '../../wire/wires/gemini/status.ts'

const TYPES = 'type.googleapis.com/google.rpc.'

/** An error in Google's shape. https://cloud.google.com/apis/design/errors#error_model */
export function googleError(error: RouterError, requestId: string | undefined): Record<string, unknown> {
  const { availability, details: _, ...metadata } = error.extra
  const details: Record<string, unknown>[] = [
    { '@type': `${TYPES}ErrorInfo`, reason: error.code, domain: 'commonroute', metadata: { error_type: error.type } },
  ]
  if (error.retryAfterMs !== undefined)
    details.push({ '@type': `${TYPES}RetryInfo`, retryDelay: `${Math.max(1, Math.ceil(error.retryAfterMs / 1000))}s` })
  if (requestId !== undefined) details.push({ '@type': `${TYPES}RequestInfo`, requestId })
  return {
    error: {
      code: error.status,
      message: error.message,
      status: statusOf(error.status),
      details,
      ...(availability !== undefined && { availability }),
      metadata: { error_type: error.type, router_code: error.code, ...metadata },
    },
  }
}
