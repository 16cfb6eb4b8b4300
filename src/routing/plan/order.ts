import type { Candidate, Ranked, RouteRequest } from '../../plugins/api.ts'
import type { Preferences, SortKey } from '../resolve/preferences.ts'
import { matches } from './filter.ts'
import type { PlannedRoute } from './planned-route.ts'
import { stay } from './stay.ts'

/** Sorts by one belief. `exacto` is a judgement over many: a strategy of its own. */
export type PlainSort = Exclude<SortKey, 'exacto'>

/**
 * `provider.sort`, `:floor` and `:nitro`: a plain sort in place of the strategy, ties by configuration order. The score
 * is what was sorted by.
 */
export function sortCandidates(candidates: readonly Candidate[], key: PlainSort): Ranked[] {
  const value = SORT_VALUES[key]
  const sorted = candidates
    .map((candidate) => ({ candidate, score: value(candidate) }))
    .sort((a, b) => a.score - b.score || a.candidate.position - b.candidate.position)
  return sorted.map(({ candidate, score }, index) => ({
    endpoint: candidate.endpoint,
    score,
    propensity: index === 0 ? 1 : 0,
    why: `sorted by ${key}`,
  }))
}

const SORT_VALUES: Readonly<Record<PlainSort, (candidate: Candidate) => number>> = {
  price: ({ estimatedPrice }) => estimatedPrice ?? Number.MAX_VALUE,
  throughput: ({ speed }) => -Math.exp(speed.mean),
  latency: ({ ttft, stall }) => Math.exp(ttft.mean) * stall,
}

/**
 * What the client and the conversation want, on top of the strategy's order, in this sequence: soft thresholds
 * (`preferred_*`: those that miss them move to the end), affinity (the conversation's home first, see `stay`), `order`
 * (switches affinity off), `allow_fallbacks: false` without `order` (only the first). Propensities stay true: where a
 * rule forces the first place it is 1.
 */
export function applyPreferences(
  ranked: readonly PlannedRoute[],
  preferences: Preferences,
  home: string | undefined,
  request: RouteRequest,
): readonly PlannedRoute[] {
  let placed = softThresholds(ranked, preferences)
  const { order, allowFallbacks } = preferences
  if (order.length === 0 && home !== undefined) placed = stay(placed, home, request)
  for (let index = order.length - 1; index >= 0; index--) {
    placed = bring(placed, (entry) => matches(entry.route, order[index]!), `provider.order ${index + 1}`)
  }
  return allowFallbacks || order.length > 0 ? placed : placed.slice(0, 1)
}

function softThresholds(ranked: readonly PlannedRoute[], preferences: Preferences): readonly PlannedRoute[] {
  const { preferredMinThroughput: slowest, preferredMaxLatency: longest } = preferences
  if (slowest === undefined && longest === undefined) return ranked
  const misses = ({ candidate }: PlannedRoute) =>
    (slowest !== undefined && Math.exp(candidate.speed.mean) < slowest) ||
    (longest !== undefined && (Math.exp(candidate.ttft.mean) * candidate.stall) / 1000 > longest)
  const good = ranked.filter((entry) => !misses(entry))
  if (good.length === 0 || good.length === ranked.length) return ranked
  const bad = ranked.filter(misses)
  return [...alone(good), ...bad.map((entry) => entry.placed(0, `${entry.why}; misses a preferred threshold`))]
}

/** Moves what matches to the front, keeping the order within both parts. */
function bring(
  ranked: readonly PlannedRoute[],
  match: (entry: PlannedRoute) => boolean,
  why: string,
): readonly PlannedRoute[] {
  const front = ranked.filter(match)
  if (front.length === 0) return ranked
  return [...alone(front, why), ...ranked.filter((entry) => !match(entry)).map((entry) => entry.placed(0))]
}

/** One of these comes first for certain: their chances, made to sum to one. */
function alone(front: readonly PlannedRoute[], why?: string): PlannedRoute[] {
  const mass = front.reduce((sum, entry) => sum + entry.propensity, 0)
  return front.map((entry, index) => entry.placed(mass > 0 ? entry.propensity / mass : index === 0 ? 1 : 0, why))
}
