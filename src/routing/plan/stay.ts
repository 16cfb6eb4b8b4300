import type { Candidate, RouteRequest } from '../../plugins/api.ts'
import type { PlannedRoute } from './planned-route.ts'

/** An endpoint takes a conversation over when its expected cost is below this share of the home's. */
const CLEARLY_BETTER = 0.8
/** USD per second of waiting, 0.72 an hour: only to weigh speed against price here, whatever the strategy orders by. */
const VALUE_OF_SECOND = 0.72 / 3600
const MIN_SUCCESS = 0.01
/** A gain that nobody would notice is worth no cache: a quarter of a second of waiting, in USD. */
const MIN_GAIN = 0.25 * VALUE_OF_SECOND

/**
 * A conversation stays at its home, whatever the strategy put first, unless that is clearly better: `J < 0.8 J(home)`,
 * and by a quarter of a second's worth, with
 *
 *     J = (price + v (ttft * stall + output tokens / speed)) / success        v = 0.72 $/h
 *
 * from the beliefs' means. The home's price is what it is with its cached tokens; a price counts only when both are
 * known. An endpoint that is without data of its own (only its peers', or none) does not take over, nor does one with
 * an outage; a home with an outage keeps nothing.
 *
 * Propensities stay true: those that may take over keep theirs, the rest is the home's.
 */
export function stay(ranked: readonly PlannedRoute[], home: string, request: RouteRequest): readonly PlannedRoute[] {
  let at = 0
  while (at < ranked.length && ranked[at]!.endpoint.id !== home) at++
  const host = ranked[at]
  if (!host || host.candidate.outage) return ranked
  const settled = new Array<PlannedRoute>(ranked.length)
  const leaves = ranked[0] !== host && isClearlyBetter(ranked[0]!.candidate, host.candidate, request)
  let taken = 0
  for (let index = 0, place = leaves ? 0 : 1; index < ranked.length; index++) {
    if (index === at) {
      if (leaves) place++
      continue
    }
    const entry = ranked[index]!
    const better = isClearlyBetter(entry.candidate, host.candidate, request)
    if (better) taken += entry.propensity
    const first = leaves && index === 0
    settled[place++] = first
      ? entry.placed(entry.propensity, `${entry.why}; clearly better than the conversation's home`)
      : entry.placed(better ? entry.propensity : 0)
  }
  settled[leaves ? at : 0] = host.placed(Math.max(0, 1 - taken), leaves ? undefined : 'conversation stays here')
  return settled
}

function isClearlyBetter(candidate: Candidate, home: Candidate, request: RouteRequest): boolean {
  if (candidate.outage || candidate.ttft.from === 'peers' || candidate.ttft.from === 'global') return false
  const priced = candidate.estimatedPrice !== undefined && home.estimatedPrice !== undefined
  const [here, there] = [costOf(home, request, priced), costOf(candidate, request, priced)]
  return there < CLEARLY_BETTER * here && here - there >= MIN_GAIN
}

/** USD for a good answer. */
function costOf(candidate: Candidate, { stream, expectedOutputTokens }: RouteRequest, priced: boolean): number {
  const { ttft, speed, stall, success, estimatedPrice = 0 } = candidate
  const seconds = (Math.exp(ttft.mean) * stall) / 1000 + (stream ? expectedOutputTokens / Math.exp(speed.mean) : 0)
  const chance = Math.max(MIN_SUCCESS, success.a / (success.a + success.b))
  return ((priced ? estimatedPrice : 0) + VALUE_OF_SECOND * seconds) / chance
}
