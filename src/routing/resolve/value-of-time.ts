import { RouterError } from '../../base/errors.ts'

const HEADER = 'x-router-value-of-time'
/** Tiers of service for work that can wait. */
const PATIENT: ReadonlySet<string> = new Set(['flex', 'batch'])
/** What an hour of waiting is worth to it: a cent. */
const PATIENT_USD = 0.01
/** The bounds of the strategies' option. */
const MIN_USD = 1e-6
const MAX_USD = 1e6

/**
 * USD that an hour of waiting costs this client, where it says so: by its header `x-router-value-of-time`, else by its
 * key, else by a service tier for work that can wait. Undefined: as the strategy is set. Throws ROUTER_BAD_REQUEST.
 */
export function valueOfTimeOf(
  headers: Readonly<Record<string, string>>,
  ofKey: number | undefined,
  serviceTier: string | undefined,
): number | undefined {
  const header = headers[HEADER]
  if (header !== undefined) return parse(header)
  return ofKey ?? (serviceTier !== undefined && PATIENT.has(serviceTier) ? PATIENT_USD : undefined)
}

function parse(header: string): number {
  const usd = header.trim() === '' ? Number.NaN : Number(header)
  if (usd >= MIN_USD && usd <= MAX_USD) return usd
  const reason = `The header ${HEADER} is "${header.slice(0, 100)}": it gives the USD that an hour of waiting costs, from ${MIN_USD} to ${MAX_USD}, as in "0.01".`
  throw new RouterError('ROUTER_BAD_REQUEST', { reason })
}
