import { workUnitOf } from '../../base/work-units.ts'
import { type Candidate, defineStrategy, type RouteRequest } from '../api.ts'
import { costsOf } from './expected-cost.ts'
import { NEAR_BEST_PROPERTIES, type NearBestOptions, rankNearBest } from './near-best.ts'
import { drawnEachTime } from './sampling.ts'

/**
 * Most tokens (images, characters, ... of classes that count those) per second of a good answer, once it runs:
 *
 *     cost = (output tokens / speed + (1 - p) / p t_detect) * (1 + (in flight / cap)^3)
 *
 * that is, `costsOf` with the objective `throughput` and an hour for a dollar; smaller is better, and the score. An
 * upstream that does not stream, or only pretends to, is judged by its tokens over the whole time. Time to the first
 * token and prices do not count.
 *
 * Knobs: `buffer` (default 0.1) and `exploration` (default 0.01), see `rankNearBest`. For long answers, batches and
 * agents.
 */
const create = (options: NearBestOptions) =>
  drawnEachTime((request, candidates, random) => {
    const costs = costsOf(candidates, request, 'throughput', 1)
    const entries = candidates.map((candidate, index) => {
      const { cost, timeMs, success } = costs[index]!
      const why = `${perSecond(candidate, request, timeMs)}, ${Math.round(100 * success)} % succeed, ${candidate.inFlight} in flight`
      return { endpoint: candidate.endpoint, weight: 1, score: cost, why }
    })
    return rankNearBest(entries, request, candidates, options, random)
  })

const perSecond = (
  { speed, buffered }: Candidate,
  { class: workload, stream, expectedOutputTokens }: RouteRequest,
  timeMs: number,
): string => {
  const value = stream && !buffered ? Math.exp(speed.mean) : (1000 * Math.max(1, expectedOutputTokens)) / timeMs
  const unit = workUnitOf(workload)
  return unit ? `${Number(value.toPrecision(2))} ${unit.perSecond}` : `${Math.round(value)} tokens/s`
}

export default defineStrategy({
  name: 'throughput',
  schema: {
    type: 'object',
    description: 'Most tokens per second, once an answer runs.',
    properties: NEAR_BEST_PROPERTIES,
    additionalProperties: false,
  },
  create,
})
