import { type Candidate, defineStrategy, type RouteRequest, type RoutingStrategy } from '../api.ts'
import { shares, TierRanking } from './sampling.ts'

/**
 * Random in proportion to the endpoints' `weight`: first with probability weight / sum of weights, the fallbacks drawn
 * likewise from the rest.
 *
 * Score: that probability, larger is better. An endpoint of weight 0 is only a fallback; when all are 0, all are alike.
 * No knobs of its own. For splitting traffic by quota, capacity or contract: so one prompt or cache key that all
 * requests of an app share does not keep them in one place.
 */
const prepare = (_request: RouteRequest, candidates: readonly Candidate[]) => {
  const chances = shares(candidates.map(({ endpoint }) => endpoint.weight))
  const entries = candidates.map(({ endpoint }, index) => {
    const score = chances[index]!
    return { endpoint, weight: score, score, why: `weight ${endpoint.weight}` }
  })
  return new TierRanking([entries])
}

const strategy: RoutingStrategy = {
  affinity: 'named',
  prepare,
  rank: (request, candidates, { random }) => prepare(request, candidates).draw(candidates, random),
}

export default defineStrategy({
  name: 'weighted',
  schema: {
    type: 'object',
    description: 'Random in proportion to the endpoints’ weights.',
    properties: {},
    additionalProperties: false,
  },
  create: () => strategy,
})
