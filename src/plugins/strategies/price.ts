import { type Candidate, defineStrategy, type RouteRequest, type RoutingStrategy } from '../api.ts'
import { type Entry, shares, TierRanking } from './sampling.ts'

interface Options {
  readonly exponent: number
}

const TIERS = ['free', 'priced', 'unknown'] as const
type Tier = (typeof TIERS)[number]

/**
 * Cheap endpoints more often, as OpenRouter balances by default (openrouter.ai/docs, "Provider selection"): those
 * without an outage in the last 30 s first; among them random with weight 1 / price^exponent, the fallbacks drawn
 * likewise from the rest.
 *
 * `price` is the request's estimated price. Free endpoints come before all that cost something (the limit of the
 * formula), alike among themselves; endpoints without a known price come after those with one. Those with an outage
 * follow, in the same order.
 *
 * Score: chance inside its tier, larger is better. Knob `exponent` (default 2): 0 makes prices count for nothing, 10
 * nearly always takes the cheapest. For models whose endpoints differ in price more than in anything else.
 */
const create = ({ exponent }: Options): RoutingStrategy => {
  const prepare = (_request: RouteRequest, candidates: readonly Candidate[]) =>
    new TierRanking([false, true].flatMap((outage) => TIERS.map((tier) => entries(candidates, outage, tier, exponent))))
  return { prepare, rank: (request, candidates, { random }) => prepare(request, candidates).draw(candidates, random) }
}

function entries(candidates: readonly Candidate[], outage: boolean, tier: Tier, exponent: number): Entry[] {
  const members = candidates.filter((candidate) => candidate.outage === outage && tierOf(candidate) === tier)
  const prices = members.map(({ estimatedPrice }) => estimatedPrice ?? 0)
  const least = Math.min(...prices)
  // Relative to the cheapest: prices of a single request are so small that their inverse square is out of hand.
  const chances = shares(prices.map((price) => (tier === 'priced' ? (least / price) ** exponent : 1)))
  const suffix = outage ? ', outage in the last 30 s' : ''
  return members.map(({ endpoint, estimatedPrice }, index) => {
    const score = chances[index]!
    const why =
      tier === 'priced' ? `$${estimatedPrice!.toPrecision(3)} expected` : tier === 'free' ? 'free' : 'price unknown'
    return { endpoint, weight: score, score, why: why + suffix }
  })
}

function tierOf({ estimatedPrice }: Candidate): Tier {
  if (estimatedPrice === undefined || !(estimatedPrice >= 0) || estimatedPrice === Number.POSITIVE_INFINITY)
    return 'unknown'
  return estimatedPrice === 0 ? 'free' : 'priced'
}

export default defineStrategy({
  name: 'price',
  schema: {
    type: 'object',
    description: 'Random in favour of cheap endpoints, those with a recent outage last.',
    properties: {
      exponent: {
        type: 'number',
        minimum: 0,
        maximum: 10,
        default: 2,
        description: 'The weight of an endpoint is 1 / price to this power.',
      },
    },
    additionalProperties: false,
  },
  create,
})
