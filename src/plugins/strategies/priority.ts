import { type Candidate, defineStrategy, type RoutingStrategy } from '../api.ts'
import { drawTiers, tiersBy } from './sampling.ts'

/**
 * The order of the configuration, always: the first endpoint that is fit gets the request, the next ones are its
 * fallbacks.
 *
 * Score: place in the configuration, smaller is better. No knobs. For a preferred provider with stand-ins.
 */
const strategy: RoutingStrategy = {
  rank: (_request, candidates, { random }) => {
    const entry = ({ endpoint, position }: Candidate) => ({
      endpoint,
      weight: 1,
      score: position,
      why: `number ${position + 1} in the configuration`,
    })
    return drawTiers(
      tiersBy(candidates, ({ position }) => position).map((tier) => tier.map(entry)),
      random,
    )
  },
}

export default defineStrategy({
  name: 'priority',
  schema: {
    type: 'object',
    description: 'The order of the configuration.',
    properties: {},
    additionalProperties: false,
  },
  create: () => strategy,
})
