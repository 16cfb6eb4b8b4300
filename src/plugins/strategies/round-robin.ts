import { type Candidate, defineStrategy } from '../api.ts'
import { drawnEachTime, drawTiers, tiersBy } from './sampling.ts'

/**
 * In turn: the endpoint that was tried first longest ago goes first; those never tried come before, in the order of the
 * configuration.
 *
 * Score: sequence number of the last time it went first, smaller is better. Keeps no counter of its own, so it stays
 * fair when endpoints come and go. Ignores weights; no knobs. For equal endpoints.
 */
const strategy = drawnEachTime((_request, candidates, random) =>
  drawTiers(
    tiersBy(candidates, ({ lastPicked }) => lastPicked).flatMap((tier) =>
      tiersBy(tier, ({ position }) => position).map((alike) => alike.map(entryOf)),
    ),
    random,
  ),
)

const entryOf = ({ endpoint, lastPicked }: Candidate) => ({
  endpoint,
  weight: 1,
  score: lastPicked,
  why: lastPicked === 0 ? 'never went first' : `went first as number ${lastPicked}`,
})

export default defineStrategy({
  name: 'round-robin',
  schema: { type: 'object', description: 'Every endpoint in turn.', properties: {}, additionalProperties: false },
  create: () => strategy,
})
