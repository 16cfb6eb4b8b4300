import { type Candidate, defineStrategy, type RouteRequest, type RoutingStrategy } from '../api.ts'
import { TierRanking, tiersBy } from './sampling.ts'

/**
 * The order of the configuration, always: the first endpoint that is fit gets the request, the next ones are its
 * fallbacks.
 *
 * Score: place in the configuration, smaller is better. No knobs. For a preferred provider with stand-ins.
 */
const prepare = (_request: RouteRequest, candidates: readonly Candidate[]) =>
  new TierRanking(tiersBy(candidates, ({ position }) => position).map((tier) => tier.map(entryOf)))

const entryOf = ({ endpoint, position }: Candidate) => ({
  endpoint,
  weight: 1,
  score: position,
  why: `number ${position + 1} in the configuration`,
})

const strategy: RoutingStrategy = {
  prepare,
  rank: (request, candidates, { random }) => prepare(request, candidates).draw(candidates, random),
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
