import { type Candidate, defineStrategy, type RouteRequest } from '../api.ts'
import { drawnEachTime, drawTiers, finite, tiersBy } from './sampling.ts'

/**
 * Most head-room under its limits: smallest
 *
 *     used = max((requests + 1) / rpm, (tokens + input tokens) / tpm, in flight / cap)
 *
 * first, with the requests and tokens of the last minute, the endpoint's own `limits: { rpm, tpm }`, and the
 * concurrency learned from its 429s. An endpoint without limits counts as unused. Equal ones are drawn in proportion to
 * their `weight`.
 *
 * Score: the used share, smaller is better. No knobs. For quotas that are to be used up evenly.
 */
const strategy = drawnEachTime((request, candidates, random) => {
  const tiers = tiersBy(candidates, (candidate) => usedOf(candidate, request))
  return drawTiers(
    tiers.map((tier) =>
      tier.map((candidate) => {
        const score = usedOf(candidate, request)
        const { endpoint } = candidate
        const why = `${Math.round(1000 * score) / 10} % of its limits used`
        return { endpoint, weight: endpoint.weight, score, why }
      }),
    ),
    random,
  )
})

function usedOf({ used, inFlight, cap }: Candidate, { inputTokens }: RouteRequest): number {
  const { requests = 0, tokens = 0, rpm = Number.POSITIVE_INFINITY, tpm = Number.POSITIVE_INFINITY } = used ?? {}
  const parts = [(requests + 1) / rpm, (tokens + inputTokens) / tpm, inFlight / cap]
  return Math.max(0, ...parts.map((part) => finite(part, 0)))
}

export default defineStrategy({
  name: 'usage',
  schema: {
    type: 'object',
    description: 'Most head-room under its request and token limits.',
    properties: {},
    additionalProperties: false,
  },
  create: () => strategy,
})
