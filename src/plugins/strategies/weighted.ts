import { defineStrategy, type RoutingStrategy } from '../api.ts'
import { drawTiers, shares } from './sampling.ts'

/**
 * Random in proportion to the endpoints' `weight`: first with probability weight / sum of weights, the fallbacks drawn
 * likewise from the rest.
 *
 * Score: that probability, larger is better. An endpoint of weight 0 is only a fallback; when all are 0, all are alike.
 * No knobs of its own. For splitting traffic by quota, capacity or contract: so one prompt or cache key that all
 * requests of an app share does not keep them in one place.
 */
const strategy: RoutingStrategy = {
  affinity: 'named',
  rank: (_request, candidates, { random }) => {
    const chances = shares(candidates.map(({ endpoint }) => endpoint.weight))
    const entries = candidates.map(({ endpoint }, index) => {
      const score = chances[index]!
      return { endpoint, weight: score, score, why: `weight ${endpoint.weight}` }
    })
    return drawTiers([entries], random)
  },
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
