import { type Candidate, defineStrategy, type RoutingStrategy } from 'commonroute/plugin'

interface Options {
  readonly at: number
}

/**
 * Your own hardware first, the cloud for what it cannot take: the endpoints fill up in the order of the configuration,
 * each to `at` requests at once, and only what is over spills to the next. When all are full, the least busy one comes
 * first.
 *
 * Score: the place in this order, smaller is better.
 */
export default defineStrategy<Options>({
  name: 'spill-over',
  schema: {
    type: 'object',
    description: 'Endpoints fill up in the order of the configuration.',
    additionalProperties: false,
    properties: {
      at: { type: 'integer', minimum: 1, default: 4, description: 'Requests at once that an endpoint takes.' },
    },
  },
  create: ({ at }): RoutingStrategy => {
    const isFull = ({ inFlight, cap }: Candidate) => inFlight >= Math.min(at, cap)
    const inOrder = (a: Candidate, b: Candidate) =>
      Number(isFull(a)) - Number(isFull(b)) || (isFull(a) ? a.inFlight - b.inFlight : 0) || a.position - b.position
    return {
      rank: (_request, candidates) =>
        candidates.toSorted(inOrder).map((candidate, place) => ({
          endpoint: candidate.endpoint,
          score: place,
          // Nothing is drawn: the first is always this one.
          propensity: place === 0 ? 1 : 0,
          why: `${candidate.inFlight} of ${at} in flight`,
        })),
    }
  },
})
