import { type Candidate, defineStrategy } from '../api.ts'
import { costsOf } from './expected-cost.ts'
import { drawnEachTime, drawTiers, tiersBy } from './sampling.ts'

interface Options {
  readonly min_peers: number
  readonly min_requests: number
  readonly min_structured: number
  readonly value_of_time: number
}

const TIERS = ['good', 'not enough data', 'below its peers'] as const
const SPEED_SIGMAS = 1.5
const VALID_SIGMAS = 2
/** Of a normal: its standard deviation over its median absolute deviation. */
const SIGMA_PER_MAD = 1.4826
/** What `valid` starts from is worth so many answers. */
const ASSUMED_ANSWERS = 4

/**
 * Quality first, as OpenRouter's Auto Exacto publishes it (openrouter.ai/docs, "Auto Exacto"): three tiers, in this
 * order:
 *
 *     good              enough data, and not below its peers
 *     not enough data   fewer than `min_requests` answers, or fewer than `min_structured` structured ones
 *     below its peers   speed < median - 1.5 sigma, or share of well-formed structured answers < median - 2 sigma
 *
 * sigma is 1.4826 times the median absolute deviation over the endpoints with enough data; with fewer than `min_peers`
 * of them nobody is below. Inside a tier the least expected cost of a good answer goes first (`costsOf`).
 *
 * Score: place of the tier (0, 1, 2), smaller is better. Well-formed: tool calls and JSON output, see the outcome kind
 * `provider_malformed`. For agents and structured output, where hosts of the same weights differ in what they make of a
 * tool call.
 */
const create = (options: Options) =>
  drawnEachTime((request, candidates, random) => {
    const costs = new Map(
      costsOf(candidates, request, 'balanced', request.valueOfTime ?? options.value_of_time).map(({ cost }, at) => [
        candidates[at]!,
        cost,
      ]),
    )
    const tierOf = judge(candidates, options)
    const tiers = tiersBy(candidates, tierOf).flatMap((tier) => tiersBy(tier, (candidate) => costs.get(candidate)!))
    return drawTiers(
      tiers.map((tier) =>
        tier.map((candidate) => {
          const score = tierOf(candidate)
          const { endpoint } = candidate
          return {
            endpoint,
            weight: 1,
            score,
            why: `${TIERS[score]}, $${costs.get(candidate)!.toPrecision(3)} expected cost`,
          }
        }),
      ),
      random,
    )
  })

function judge(
  candidates: readonly Candidate[],
  { min_peers, min_requests, min_structured }: Options,
): (candidate: Candidate) => number {
  const known = new Set(
    candidates.filter(
      ({ speed, valid }) => answersOf(valid) >= min_structured && speed.n >= min_requests && isOwn(speed.from),
    ),
  )
  if (known.size < min_peers) return (candidate) => (known.has(candidate) ? 0 : 1)
  const least = thresholds([...known])
  return (candidate) => {
    if (!known.has(candidate)) return 1
    return speedOf(candidate) < least.speed || validOf(candidate) < least.valid ? 2 : 0
  }
}

function thresholds(known: readonly Candidate[]): { readonly speed: number; readonly valid: number } {
  return { speed: lowest(known.map(speedOf), SPEED_SIGMAS), valid: lowest(known.map(validOf), VALID_SIGMAS) }
}

function lowest(values: readonly number[], sigmas: number): number {
  const middle = median(values)
  return middle - sigmas * SIGMA_PER_MAD * median(values.map((value) => Math.abs(value - middle)))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

const isOwn = (from: string) => from === 'cell' || from === 'endpoint'

const answersOf = (valid: Candidate['valid']) => (valid ? valid.a + valid.b - ASSUMED_ANSWERS : 0)

const speedOf = ({ speed }: Candidate) => Math.exp(speed.mean)

const validOf = ({ valid }: Candidate) => valid!.a / (valid!.a + valid!.b)

const count = (fallback: number, description: string) => ({
  type: 'integer',
  minimum: 1,
  default: fallback,
  description,
})

export default defineStrategy({
  name: 'exacto',
  schema: {
    type: 'object',
    description: 'Endpoints whose speed and structured answers hold up against their peers first.',
    properties: {
      min_peers: count(4, 'Endpoints with enough data before any of them is put down.'),
      min_requests: count(100, 'Answers before an endpoint is judged.'),
      min_structured: count(200, 'Structured answers (tools, JSON schema) before an endpoint is judged.'),
      value_of_time: {
        type: 'number',
        minimum: 0.000001,
        maximum: 1_000_000,
        default: 0.72,
        description: 'What an hour of waiting costs, in USD; orders the endpoints inside a tier.',
      },
    },
    additionalProperties: false,
  },
  create,
})
