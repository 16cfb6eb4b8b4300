import { type Candidate, defineStrategy, type Ranked, type RouteRequest, type RoutingStrategy } from '../api.ts'
import { drawTiers, type Entry, finite, tiersBy } from './sampling.ts'

interface Options {
  readonly buffer: number
  readonly exploration: number
}

/** Stands for "takes for ever" where a belief is not a number: what is not known to be fast never counts as fast. */
const SLOWEST_MS = 1e8
const LEAST_SUCCESS = 0.01

/**
 * The shortest expected time to a good answer:
 *
 *     cost = (ttft * stall + expected output tokens / speed) / success * (1 + (in flight / cap)^3)
 *
 * in milliseconds, smaller is better, and the score. Streaming, `ttft` is to the first token; not streaming it is to the whole body, and the
 * second term falls away. `ttft` and `speed` are the medians of the beliefs, exp(mean): the mean of a log-normal grows with its spread and
 * would punish an endpoint for being little known. Beliefs are decayed, and counted per token and per outcome, where outcomes are recorded;
 * nothing is kept here. `success` (at least 0.01) makes a cost of the attempts that will have to be repeated.
 *
 * Knobs: `buffer` (default 0.1): all within 10 % of the best are alike and drawn at random, since sending everything to the one that was
 * fastest a moment ago makes it the slowest. `exploration` (default 0.01): with this probability any endpoint without an outage goes first,
 * because an endpoint that is never tried is never found to have become faster; never for a request of a running conversation.
 * For interactive use at any price.
 */
const create = ({ buffer, exploration }: Options): RoutingStrategy => ({
  rank: (request, candidates, { random }) => {
    const entries = candidates.map((candidate) => entryOf(candidate, request))
    const limit = Math.min(...entries.map(({ score }) => score)) * (1 + buffer)
    const tiers = tiersBy(entries, ({ score }) => (score <= limit ? 0 : score))
    const ranked = drawTiers(tiers, random)
    return request.sticky === undefined ? explore(ranked, candidates, exploration, random) : ranked
  },
})

function entryOf(candidate: Candidate, { stream, expectedOutputTokens }: RouteRequest): Entry {
  const { endpoint, success, inFlight, cap } = candidate
  const ttft = milliseconds(Math.exp(candidate.ttft.mean) * Math.max(1, finite(candidate.stall, 1)))
  const speed = Math.exp(candidate.speed.mean)
  const tokens = Math.max(0, finite(expectedOutputTokens, 0))
  const generation = stream && tokens > 0 ? milliseconds((1000 * tokens) / speed) : 0
  const chance = Math.min(1, Math.max(LEAST_SUCCESS, finite(success.a / (success.a + success.b), LEAST_SUCCESS)))
  const crowd = 1 + Math.min(1e6, finite(inFlight / cap, 0) ** 3)
  const score = ((ttft + generation) / chance) * crowd
  const why = `${Math.round(ttft + generation)} ms expected, ${Math.round(100 * chance)} % succeed, ${inFlight} in flight`
  return { endpoint, weight: 1, score, why }
}

const milliseconds = (value: number): number => (value > 0 ? Math.min(SLOWEST_MS, value) : SLOWEST_MS)

/** With probability `exploration` one without an outage, all alike, is put first; the propensities say so. */
function explore(
  ranked: readonly Ranked[],
  candidates: readonly Candidate[],
  exploration: number,
  random: () => number,
): readonly Ranked[] {
  const open = new Set(candidates.filter(({ outage }) => !outage).map(({ endpoint }) => endpoint))
  if (open.size < 2 || exploration === 0) return ranked
  const mixed = ranked.map((one) => ({
    ...one,
    propensity: (1 - exploration) * one.propensity + (open.has(one.endpoint) ? exploration / open.size : 0),
  }))
  if (random() >= exploration) return mixed
  const choices = mixed.filter(({ endpoint }) => open.has(endpoint)).sort((a, b) => (a.endpoint.id < b.endpoint.id ? -1 : 1))
  const chosen = choices[Math.floor(random() * choices.length)]!
  return [{ ...chosen, why: `${chosen.why}, explored` }, ...mixed.filter((one) => one !== chosen)]
}

export default defineStrategy({
  name: 'latency',
  schema: {
    type: 'object',
    description: 'The shortest expected time to a good answer.',
    properties: {
      buffer: {
        type: 'number',
        minimum: 0,
        maximum: 10,
        default: 0.1,
        description: 'Endpoints slower than the best by less than this share are alike.',
      },
      exploration: { type: 'number', minimum: 0, maximum: 1, default: 0.01, description: 'Share of requests that try any endpoint first.' },
    },
    additionalProperties: false,
  },
  create,
})
