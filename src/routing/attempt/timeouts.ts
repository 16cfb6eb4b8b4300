import { RouterError } from '../../base/errors.ts'
import { parseDuration } from '../../base/units.ts'
import type { Timeouts } from '../../config/types.ts'
import type { Call } from '../ports.ts'

/** What a request may ask for. Connections are shared: how long to wait for one is not among it. */
const KEYS: ReadonlyMap<string, keyof Timeouts> = new Map([
  ['first_token', 'firstTokenMs'],
  ['response', 'responseMs'],
  ['alive', 'aliveMs'],
  ['idle', 'idleMs'],
  ['total', 'totalMs'],
])

/**
 * What a request's header `x-router-timeouts` asks for: `first_token=30s, total=2m`, names and durations as in the
 * configuration, each held to `maxMs`. Undefined without the header. Throws ROUTER_BAD_REQUEST.
 */
export function askedTimeouts(header: string | undefined, maxMs: number): Partial<Timeouts> | undefined {
  if (header === undefined) return undefined
  const asked: Partial<Record<keyof Timeouts, number>> = {}
  for (const part of header.split(',')) {
    const [name = '', value = '', more] = part.split('=').map((text) => text.trim())
    const key = KEYS.get(name)
    const ms = parseDuration(value)
    if (!key || !ms || more !== undefined)
      throw new RouterError('ROUTER_BAD_REQUEST', { reason: misunderstood(part.trim()) })
    asked[key] = Math.min(ms, maxMs)
  }
  return asked
}

const misunderstood = (part: string) =>
  `The header x-router-timeouts is not understood at "${part.slice(0, 100)}": it gives durations to ${[...KEYS.keys()].join(', ')}, as in "first_token=30s, total=2m".`

/** For an endpoint that there are others beside: no sign of life makes it worth waiting longer. */
export const impatient = (timeouts: Timeouts, patienceMs: number): Timeouts => ({
  ...timeouts,
  firstTokenMs: Math.min(timeouts.firstTokenMs, patienceMs),
  responseMs: Math.min(timeouts.responseMs, patienceMs),
  aliveMs: patienceMs,
})

/** A picture takes as long to begin as to be done, and as long again from one partial image to the next. */
export function patientWith(timeouts: Timeouts, { operation, stream }: Pick<Call, 'operation' | 'stream'>): Timeouts {
  if (!stream || (operation !== 'image' && operation !== 'image_edit')) return timeouts
  const { firstTokenMs, responseMs, idleMs } = timeouts
  return { ...timeouts, firstTokenMs: Math.max(firstTokenMs, responseMs), idleMs: Math.max(idleMs, responseMs) }
}

/** A year. */
const NEVER_MS = 365 * 86_400_000
/** In which a server says that a session has begun. */
const GREETING_MS = 20_000

/**
 * A session goes on for as long as both sides like, which is the server's to bound; only its beginning is waited for.
 */
export const sessionTimeouts = (timeouts: Timeouts): Timeouts => ({
  ...timeouts,
  firstTokenMs: Math.min(timeouts.firstTokenMs, GREETING_MS),
  aliveMs: Math.min(timeouts.aliveMs, GREETING_MS),
  idleMs: NEVER_MS,
  totalMs: NEVER_MS,
})
