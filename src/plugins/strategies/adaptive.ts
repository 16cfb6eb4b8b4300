import { type Candidate, defineStrategy, type Ranked, type RoutingStrategy } from '../api.ts'
import { type Costs, costsOf, type Objective } from './expected-cost.ts'
import { drawPair, smallestChances } from './normal.ts'

interface Options {
  readonly value_of_time: number
  readonly objective: Objective
  readonly exploration: number
}

/** Share of the posterior's sd that is drawn with: plain Thompson sampling explores too much where endpoints are few and differ a lot. */
const DRAWN_SHARE = 0.3
/** Costs nearer than this are alike: without it two candidates that are known exactly would be ordered by rounding. */
const MIN_SD = 1e-4

/**
 * The least expected cost of a good answer, in dollars (`costsOf` has the formula), by Thompson sampling: each candidate's log cost is drawn from a
 * Normal around its expectation with 0.3 of the sd that follows from the beliefs, and the smallest draw goes first; the others
 * follow by theirs and by how surely they answer. So what is little known is tried as often as it may turn out to be the best, and no more.
 *
 * Score: the expected cost, smaller is better. The propensity is the exact chance of the smallest draw (`smallestChances`), mixed with
 * `exploration`, which gives every candidate without an outage at least this chance, except in a running conversation.
 *
 * Draws are dealt out by endpoint id, so the order in which candidates come changes nothing, and a seed gives the decision again.
 */
const create = ({ value_of_time, objective, exploration }: Options): RoutingStrategy => ({
  rank: (request, candidates, { random }) => {
    const sorted = candidates.length > 1 ? [...candidates].sort((a, b) => (a.endpoint.id < b.endpoint.id ? -1 : 1)) : candidates
    const costs = costsOf(sorted, request, objective, value_of_time)
    const means = costs.map(({ cost }) => Math.log(cost))
    const sds = costs.map(({ spread }) => Math.max(MIN_SD, DRAWN_SHARE * spread))
    const chances = smallestChances(means, sds)
    const drawn = draw(means, sds, random)
    const order = drawn.map((_, index) => index).sort((a, b) => drawn[a]! - drawn[b]!)
    if (request.sticky === undefined) explore(sorted, exploration, order, chances, random)
    rescue(order, drawn, costs)
    return order.map((index) => rankedOf(sorted[index]!, costs[index]!, chances[index]!))
  },
})

/** A draw for each. */
function draw(means: readonly number[], sds: readonly number[], random: () => number): number[] {
  const drawn = new Array<number>(means.length)
  for (let index = 0; index < drawn.length; index += 2) {
    const [first, second] = drawPair(random)
    drawn[index] = means[index]! + sds[index]! * first
    if (index + 1 < drawn.length) drawn[index + 1] = means[index + 1]! + sds[index + 1]! * second
  }
  return drawn
}

/** Behind the first, whoever is asked has to answer: what was drawn, and the risk that it does not. */
function rescue(order: number[], drawn: readonly number[], costs: readonly Costs[]): void {
  if (order.length < 3) return
  const [first, ...rest] = order as [number, ...number[]]
  const keys = drawn.map((log, index) => Math.exp(log) + costs[index]!.risk)
  rest.sort((a, b) => keys[a]! - keys[b]!)
  order.splice(0, order.length, first, ...rest)
}

/** Puts one of those without an outage first, all alike, with a chance of `share` for each; and says so in `chances`. */
function explore(candidates: readonly Candidate[], share: number, order: number[], chances: number[], random: () => number): void {
  if (candidates.length < 2 || share === 0) return
  const open = candidates.flatMap(({ outage }, index) => (outage ? [] : [index]))
  const total = Math.min(1, share * open.length)
  for (let index = 0; index < chances.length; index++) chances[index]! *= 1 - total
  for (const index of open) chances[index]! += total / open.length
  if (random() >= total) return
  const chosen = open[Math.floor(random() * open.length)]!
  order.splice(order.indexOf(chosen), 1)
  order.unshift(chosen)
}

function rankedOf({ endpoint, ttft }: Candidate, { cost, timeMs, success, price, slow }: Costs, propensity: number): Ranked {
  const money = price === undefined ? 'price unknown' : `$${Math.round(price * 1e7) / 1e7}`
  const source = ttft.from === 'map' ? ' by the map' : ''
  const now = slow > 1.05 ? `, ${Math.round(10 * slow) / 10}x slower than usual` : ''
  return {
    endpoint,
    score: cost,
    propensity,
    why: `${Math.round(timeMs)} ms${source}${now}, ${Math.round(1000 * success) / 10} % succeed, ${money}`,
  }
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
        description: 'Least chance of every healthy endpoint. 0.01 makes the decision log fit to evaluate other strategies.',
      },
    },
    additionalProperties: false,
  },
  create,
})
