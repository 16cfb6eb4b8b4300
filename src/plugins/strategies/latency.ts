import { type Candidate, defineStrategy, type RouteRequest } from '../api.ts'
import { NEAR_BEST_PROPERTIES, type NearBestOptions, rankNearBest } from './near-best.ts'
import { drawnEachTime, type Entry, finite } from './sampling.ts'

/** Stands for "takes for ever" where a belief is not a number: what is not known to be fast never counts as fast. */
const SLOWEST_MS = 1e8
const MIN_SUCCESS = 0.01

/**
 * The shortest expected time to a good answer:
 *
 *     cost = (ttft * stall + expected output tokens / speed) / success * (1 + (in flight / cap)^3)
 *
 * in milliseconds, smaller is better, and the score. Streaming, `ttft` is to the first token; not streaming it is to
 * the whole body, and the second term falls away. `ttft` and `speed` are the medians of the beliefs, exp(mean): the
 * mean of a log-normal grows with its spread and would punish an endpoint for being little known. Beliefs are decayed,
 * and counted per token and per outcome, where outcomes are recorded; nothing is kept here. `success` (at least 0.01)
 * makes a cost of the attempts that will have to be repeated.
 *
 * Knobs: `buffer` (default 0.1) and `exploration` (default 0.01), see `rankNearBest`. For interactive use at any price.
 */
const create = (options: NearBestOptions) =>
  drawnEachTime((request, candidates, random) => {
    const entries = candidates.map((candidate) => entryOf(candidate, request))
    return rankNearBest(entries, request, candidates, options, random)
  })

function entryOf(candidate: Candidate, { stream, expectedOutputTokens }: RouteRequest): Entry {
  const { endpoint, success, inFlight, cap } = candidate
  const ttft = milliseconds(Math.exp(candidate.ttft.mean) * Math.max(1, finite(candidate.stall, 1)))
  const speed = Math.exp(candidate.speed.mean)
  const tokens = Math.max(0, finite(expectedOutputTokens, 0))
  const generation = stream && tokens > 0 && !candidate.buffered ? milliseconds((1000 * tokens) / speed) : 0
  const chance = Math.min(1, Math.max(MIN_SUCCESS, finite(success.a / (success.a + success.b), MIN_SUCCESS)))
  const crowd = 1 + Math.min(1e6, finite(inFlight / cap, 0) ** 3)
  const score = ((ttft + generation) / chance) * crowd
  const why = `${Math.round(ttft + generation)} ms expected, ${Math.round(100 * chance)} % succeed, ${inFlight} in flight`
  return { endpoint, weight: 1, score, why }
}

const milliseconds = (value: number): number => (value > 0 ? Math.min(SLOWEST_MS, value) : SLOWEST_MS)

export default defineStrategy({
  name: 'latency',
  schema: {
    type: 'object',
    description: 'The shortest expected time to a good answer.',
    properties: NEAR_BEST_PROPERTIES,
    additionalProperties: false,
  },
  create,
})
