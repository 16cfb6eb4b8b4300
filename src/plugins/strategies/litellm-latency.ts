import { type Candidate, defineStrategy, type RecentOutcome, type RoutingStrategy } from '../api.ts'
import { drawTiers } from './sampling.ts'

interface Options {
  readonly buffer: number
  readonly ttl: number
}

/** What a timeout counts as, in seconds. */
const TIMEOUT_S = 1000

/**
 * LiteLLM's `latency-based-routing` (litellm/router_strategy/lowest_latency.py, MIT) as it is since its window keeps
 * the latest samples (pull request 25548), to measure against. Of each endpoint's last 10 answers and timeouts:
 *
 *     latency = total seconds / output tokens          1000 for a timeout; other failures leave no trace
 *     ttft    = seconds to the first token / output tokens          streams only
 *     score   = sum(latency) / length(latency)         streaming, and with a ttft: sum(ttft) / length(latency)
 *
 * One that was never tried scores 0 and so goes first. All within `buffer` of the least score are alike and drawn at
 * random; the others follow by score. When no endpoint of the model has answered for `ttl` seconds, all is forgotten.
 *
 * Score: as above, in seconds per token, smaller is better. Not for use: no price, no success, no priors, no requests
 * in flight, and one long answer makes an endpoint look fast.
 */
const create = ({ buffer, ttl }: Options): RoutingStrategy => ({
  rank: ({ stream }, candidates, { random, now }) => {
    const latest = Math.max(...candidates.map(({ recent }) => recent?.at(-1)?.at ?? Number.NEGATIVE_INFINITY))
    const forgotten = now - latest > 1000 * ttl
    const entries = candidates.map((candidate) => entryOf(candidate, forgotten ? [] : (candidate.recent ?? []), stream))
    const limit = Math.min(...entries.map(({ score }) => score)) * (1 + buffer)
    const near = entries.filter(({ score }) => score <= limit)
    const far = entries.filter(({ score }) => score > limit).sort((a, b) => a.score - b.score)
    return drawTiers([near, ...far.map((entry) => [entry])], random)
  },
})

function entryOf({ endpoint }: Candidate, recent: readonly RecentOutcome[], stream: boolean) {
  const latencies = recent.map((outcome) => (outcome.kind === 'ok' ? perToken(outcome.totalMs, outcome) : TIMEOUT_S))
  const firsts = recent.flatMap((outcome) =>
    outcome.kind === 'ok' && outcome.stream && outcome.ttftMs !== undefined ? [perToken(outcome.ttftMs, outcome)] : [],
  )
  const values = stream && firsts.length > 0 ? firsts : latencies
  const score = latencies.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / latencies.length
  const why =
    latencies.length === 0 ? 'never tried' : `${score.toPrecision(3)} s per token in the last ${latencies.length}`
  return { endpoint, weight: 1, score, why }
}

const perToken = (ms: number, { outputTokens }: RecentOutcome) => ms / 1000 / (outputTokens || 1)

export default defineStrategy({
  name: 'litellm-latency',
  schema: {
    type: 'object',
    description: "LiteLLM's latency-based routing, as a baseline for comparisons.",
    properties: {
      buffer: {
        type: 'number',
        minimum: 0,
        maximum: 10,
        default: 0,
        description: '`lowest_latency_buffer`: endpoints slower by less than this share are alike.',
      },
      ttl: {
        type: 'number',
        exclusiveMinimum: 0,
        default: 3600,
        description: '`ttl`: seconds after which all is forgotten.',
      },
    },
    additionalProperties: false,
  },
  create,
})
