import type { Candidate, RouteRequest } from '../../plugins/api.ts'
import type { Placed } from './placed.ts'

/** An endpoint takes a conversation over when its expected cost is below this share of the home's. */
const CLEARLY_BETTER = 0.8
/** USD per second of waiting, 0.72 an hour: only to weigh speed against price here, whatever the strategy orders by. */
const VALUE_OF_SECOND = 0.72 / 3600
const LEAST_SUCCESS = 0.01
/** A gain that nobody would notice is worth no cache: a quarter of a second of waiting, in USD. */
const LEAST_GAIN = 0.25 * VALUE_OF_SECOND

/**
 * A conversation stays at its home, whatever the strategy put first, unless that is clearly better: `J < 0.8 J(home)`, and by a quarter of a second's worth, with
 *
 *     J = (price + v (ttft * stall + output tokens / speed)) / success        v = 0.72 $/h
 *
 * from the beliefs' means. The home's price is what it is with its cached tokens; a price counts only when both are known. An endpoint that is
 * known by hearsay only (its peers, or nothing) does not take over, nor does one with an outage; a home with an outage keeps nothing.
 *
 * Propensities stay true: those that may take over keep theirs, the rest is the home's.
 */
export function stay(ranked: readonly Placed[], home: string, request: RouteRequest): Placed[] {
  const at = ranked.findIndex(({ endpoint }) => endpoint.id === home)
  const host = ranked[at]
  if (!host || host.candidate.outage) return [...ranked]
  const takesOver = (entry: Placed) => entry !== host && isClearlyBetter(entry.candidate, host.candidate, request)
  const better = new Set(ranked.filter(takesOver))
  const taken = [...better].reduce((sum, { propensity }) => sum + propensity, 0)
  const leaves = better.has(ranked[0]!)
  const settled = ranked.map((entry) => {
    if (entry === host) return { ...entry, propensity: Math.max(0, 1 - taken), why: leaves ? entry.why : 'conversation stays here' }
    if (!better.has(entry)) return { ...entry, propensity: 0 }
    return leaves && entry === ranked[0] ? { ...entry, why: `${entry.why}; clearly better than the conversation's home` } : entry
  })
  return leaves ? settled : [settled[at]!, ...settled.slice(0, at), ...settled.slice(at + 1)]
}

function isClearlyBetter(candidate: Candidate, home: Candidate, request: RouteRequest): boolean {
  if (candidate.outage || candidate.ttft.from === 'peers' || candidate.ttft.from === 'global') return false
  const priced = candidate.estimatedPrice !== undefined && home.estimatedPrice !== undefined
  const [here, there] = [costOf(home, request, priced), costOf(candidate, request, priced)]
  return there < CLEARLY_BETTER * here && here - there >= LEAST_GAIN
}

/** USD for a good answer. */
function costOf(candidate: Candidate, { stream, expectedOutputTokens }: RouteRequest, priced: boolean): number {
  const { ttft, speed, stall, success, estimatedPrice = 0 } = candidate
  const seconds = (Math.exp(ttft.mean) * stall) / 1000 + (stream ? expectedOutputTokens / Math.exp(speed.mean) : 0)
  const chance = Math.max(LEAST_SUCCESS, success.a / (success.a + success.b))
  return ((priced ? estimatedPrice : 0) + VALUE_OF_SECOND * seconds) / chance
}
