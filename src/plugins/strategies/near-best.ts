import type { Candidate, Ranked, RouteRequest } from '../api.ts'
import { drawTiers, type Entry, tiersBy } from './sampling.ts'

export interface NearBestOptions {
  readonly buffer: number
  readonly exploration: number
}

/** The knobs, for a strategy's schema. */
export const NEAR_BEST_PROPERTIES = {
  buffer: {
    type: 'number',
    minimum: 0,
    maximum: 10,
    default: 0.1,
    description: 'Endpoints slower than the best by less than this share are alike.',
  },
  exploration: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.01,
    description: 'Share of requests that try any endpoint first.',
  },
}

/**
 * Smallest score first. All within `buffer` of the best are alike and drawn at random, since sending everything to the
 * one that was best a moment ago makes it the slowest. With probability `exploration` any endpoint without an outage
 * goes first, because one that is never tried is never found to have become better; never for a request of a running
 * conversation.
 */
export function rankNearBest(
  entries: readonly Entry[],
  request: RouteRequest,
  candidates: readonly Candidate[],
  { buffer, exploration }: NearBestOptions,
  random: () => number,
): readonly Ranked[] {
  const limit = Math.min(...entries.map(({ score }) => score)) * (1 + buffer)
  const tiers = tiersBy(entries, ({ score }) => (score <= limit ? 0 : score))
  const ranked = drawTiers(tiers, random)
  return request.sticky === undefined ? explore(ranked, candidates, exploration, random) : ranked
}

/** With probability `exploration` one without an outage, all alike, is put first; the propensities say so. */
function explore(
  ranked: readonly Ranked[],
  candidates: readonly Candidate[],
  exploration: number,
  random: () => number,
): readonly Ranked[] {
  const open = new Set(candidates.filter(({ outage }) => !outage).map(({ endpoint }) => endpoint))
  if (open.size < 2 || exploration === 0) return ranked
  const mixed = ranked.map((one) => ({
    ...one,
    propensity: (1 - exploration) * one.propensity + (open.has(one.endpoint) ? exploration / open.size : 0),
  }))
  if (random() >= exploration) return mixed
  const choices = mixed
    .filter(({ endpoint }) => open.has(endpoint))
    .sort((a, b) => (a.endpoint.id < b.endpoint.id ? -1 : 1))
  const chosen = choices[Math.floor(random() * choices.length)]!
  return [{ ...chosen, why: `${chosen.why}, explored` }, ...mixed.filter((one) => one !== chosen)]
}
