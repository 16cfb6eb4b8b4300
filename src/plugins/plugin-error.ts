import { type ErrorCode, RouterError, reasonOf } from '../base/errors.ts'
import type { Place } from '../config/types.ts'

type PluginErrorCode = Extract<ErrorCode, `ROUTER_PLUGIN_${string}`>

/** ` (router.yaml:12)`, or nothing for a configuration made in memory. */
export function where(place: Place): string {
  if (place.file === undefined) return place.line === undefined ? '' : ` (line ${place.line})`
  return ` (${place.file}${place.line === undefined ? '' : `:${place.line}`})`
}

export function pluginError(
  code: PluginErrorCode,
  at: { readonly plugin: string; readonly place: Place },
  why: {
    readonly reason?: string
    readonly remedy?: string
    readonly cause?: unknown
    readonly extra?: Readonly<Record<string, unknown>>
  },
): RouterError {
  const details = {
    plugin: at.plugin,
    where: where(at.place),
    reason: sentencePart(why.reason ?? ''),
    remedy: why.remedy ?? '',
  }
  return new RouterError(code, details, { cause: why.cause, ...(why.extra && { extra: why.extra }) })
}

/** The error's own class when it is a telling one: `SyntaxError: Unexpected token`. */
export function describe(error: unknown): string {
  const reason = reasonOf(error)
  return error instanceof Error && !(error instanceof RouterError) && error.name !== 'Error'
    ? `${error.name}: ${reason}`
    : reason
}

const sentencePart = (text: string): string => text.replace(/[.\s]+$/, '')
