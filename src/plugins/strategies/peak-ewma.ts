import { type Candidate, defineStrategy } from '../api.ts'
import { drawnEachTime, finite } from './sampling.ts'

const SLOWEST_MS = 1e8
const MIN_SUCCESS = 0.01

/**
 * Power of two choices over peak-EWMA loads (Finagle, Linkerd, tower): two different endpoints are drawn, all alike,
 * and the one with the smaller
 *
 *     load = ttft * stall * (in flight + 1) / success
 *
 * goes first; the others follow by load. `ttft * stall` is the peak-EWMA of the time to the first token (of the whole
 * answer when not streaming): a slow answer counts at once and is forgotten in a minute, towards what is believed of
 * the endpoint in the long run instead of a constant. With equal loads either goes first.
 *
 * Score: the load in milliseconds, smaller is better; the worst of three or more never goes first. No knobs. For many
 * routers over the same self-hosted servers, where all going for the best one would overrun it.
 */
const strategy = drawnEachTime((_request, candidates, random) => {
  const entries = candidates.map((candidate) => ({ candidate, load: loadOf(candidate), tie: random() }))
  entries.sort((a, b) => a.load - b.load || a.tie - b.tie)
  const first = firstOf(entries.length, random)
  const chances = entries.map(({ load }) => chanceOf(load, entries))
  const order = entries.map((_, index) => index).filter((index) => index !== first)
  if (entries.length > 0) order.unshift(first)
  return order.map((index) => {
    const { candidate, load } = entries[index]!
    const why = `load ${Math.round(load)} ms with ${candidate.inFlight} in flight`
    return { endpoint: candidate.endpoint, score: load, propensity: chances[index]!, why }
  })
})

/** The better of two different places in the order of loads. */
function firstOf(count: number, random: () => number): number {
  if (count < 2) return 0
  const one = Math.floor(random() * count)
  const other = Math.floor(random() * (count - 1))
  return Math.min(one, other < one ? other : other + 1)
}

/** In how many of all pairs it is the better one; equal loads share. */
function chanceOf(load: number, entries: readonly { readonly load: number }[]): number {
  if (entries.length === 1) return 1
  let wins = 0
  let equals = -1
  for (const other of entries) {
    if (other.load > load) wins++
    else if (other.load === load) equals++
  }
  return (wins + equals / 2) / ((entries.length * (entries.length - 1)) / 2)
}

function loadOf({ ttft, stall, inFlight, success }: Candidate): number {
  const ms = Math.exp(ttft.mean) * Math.max(1, finite(stall, 1))
  const chance = Math.min(1, Math.max(MIN_SUCCESS, finite(success.a / (success.a + success.b), MIN_SUCCESS)))
  const running = Math.min(1e6, Math.max(0, finite(inFlight, 1e6)))
  return ((ms > 0 ? Math.min(SLOWEST_MS, ms) : SLOWEST_MS) * (running + 1)) / chance
}

export default defineStrategy({
  name: 'peak-ewma',
  schema: {
    type: 'object',
    description: 'The better of two random endpoints, by recent time to first token and requests in flight.',
    properties: {},
    additionalProperties: false,
  },
  create: () => strategy,
})
