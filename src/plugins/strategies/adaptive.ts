import { type Candidate, defineStrategy, type RouteRequest, type RoutingStrategy } from '../api.ts'
import { type CostOptions, CostRanking } from './cost-ranking.ts'

/**
 * The least expected cost of a good answer, in dollars (`costsOf` has the formula), by Thompson sampling: each
 * candidate's log cost is drawn from a Normal around its expectation with 0.1 of the sd that follows from the beliefs,
 * and the smallest draw goes first; the others follow by theirs and by how surely they answer. What nobody knows is
 * taken to be somewhat better than its peers let expect, so that it is tried once where it may well be the best.
 *
 * Score: the expected cost, smaller is better. The propensity is the exact chance of the smallest draw
 * (`smallestChances`), mixed with `exploration`, which gives every candidate without an outage at least this chance,
 * except in a running conversation.
 *
 * Draws are dealt out by endpoint id, so the order in which candidates come changes nothing, and a seed gives the
 * decision again.
 */
const create = (options: CostOptions): RoutingStrategy => {
  const prepare = (request: RouteRequest, candidates: readonly Candidate[]) =>
    new CostRanking(request, candidates, options)
  return { prepare, rank: (request, candidates, { random }) => prepare(request, candidates).draw(candidates, random) }
}

export default defineStrategy({
  name: 'adaptive',
  schema: {
    type: 'object',
    description: 'The least expected cost of a good answer, waiting and failures included; learns from every outcome.',
    properties: {
      value_of_time: {
        type: 'number',
        minimum: 0.000001,
        maximum: 1_000_000,
        default: 0.72,
        description: 'What an hour of waiting costs, in USD.',
      },
      objective: {
        type: 'string',
        enum: ['balanced', 'price', 'latency', 'throughput'],
        default: 'balanced',
        description:
          'What counts: price and time, price above all, time to the first token alone, or tokens per second alone. Failures always count.',
      },
      exploration: {
        type: 'number',
        minimum: 0,
        maximum: 0.5,
        default: 0.0002,
        description:
          'Least chance of every healthy endpoint. 0.01 makes the decision log fit to evaluate other strategies.',
      },
    },
    additionalProperties: false,
  },
  create,
})
