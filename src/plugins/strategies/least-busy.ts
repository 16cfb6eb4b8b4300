import { type Candidate, defineStrategy } from '../api.ts'
import { drawnEachTime, drawTiers, finite, tiersBy } from './sampling.ts'

/**
 * Fewest requests in flight for its weight (weighted least connections): load = in flight / weight, smallest first.
 * Equal loads are drawn in proportion to the weights, so that idle endpoints share the traffic as `weighted` would.
 *
 * An endpoint at its learned cap (lowered by 429s) comes after all that have room, by in flight / cap; one of weight 0
 * comes last. Score: the load, smaller is better. No knobs. For self-hosted servers, where speed depends on how many
 * requests run at once.
 */
const strategy = drawnEachTime((_request, candidates, random) => {
  const tiers = tiersBy(candidates, stage).flatMap((tier) => tiersBy(tier, load))
  return drawTiers(
    tiers.map((tier) => tier.map(entry)),
    random,
  )
})

const weightOf = ({ endpoint }: Candidate): number => Math.max(0, finite(endpoint.weight, 0))

const isFull = ({ inFlight, cap }: Candidate): boolean => inFlight >= cap

const stage = (candidate: Candidate): number => (weightOf(candidate) === 0 ? 2 : isFull(candidate) ? 1 : 0)

const load = (candidate: Candidate): number => {
  const per = isFull(candidate) ? candidate.cap : weightOf(candidate)
  return finite(candidate.inFlight / (per || 1), Number.MAX_VALUE)
}

const entry = (candidate: Candidate) => ({
  endpoint: candidate.endpoint,
  weight: weightOf(candidate),
  score: load(candidate),
  why: `${candidate.inFlight} in flight, weight ${candidate.endpoint.weight}${isFull(candidate) ? `, at its cap of ${candidate.cap}` : ''}`,
})

export default defineStrategy({
  name: 'least-busy',
  schema: {
    type: 'object',
    description: 'Fewest requests in flight for its weight.',
    properties: {},
    additionalProperties: false,
  },
  create: () => strategy,
})
