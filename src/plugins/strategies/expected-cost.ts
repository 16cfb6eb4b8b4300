import type { Writable } from '../../base/writable.ts'
import type { Candidate, RouteRequest } from '../api.ts'
import { finite } from './sampling.ts'

export type Objective = 'balanced' | 'price' | 'latency' | 'throughput'

/** What a good answer of one candidate is expected to cost, and what that is made of. */
export interface Costs {
  /** USD, above zero. */
  readonly cost: number
  /** Sd of its logarithm that follows from what is not known about the candidate. */
  readonly spread: number
  /** USD that its own failure, or rate limit, would add if there were nobody else to ask: 20 s of waiting. */
  readonly risk: number
  /** Waiting for the part of the answer that the objective looks at. */
  readonly timeMs: number
  readonly success: number
  /** Share of structured answers that are well-formed, in `success` already; 1 where none is asked for. */
  readonly valid: number
  /** USD for this request; undefined when not known. */
  readonly price: number | undefined
  /** How many times slower than believed it is right now. */
  readonly slow: number
}

/** What time counts for when price comes first: enough to choose between equal prices. */
const PRICE_FIRST = 0.01
/** Milliseconds until a failure shows, where nothing has been learned. */
const DETECT_MS = 2000
/** What a request that is never answered costs, in waiting. */
const LOST_MS = 20_000
const MIN_SUCCESS = 0.01
/**
 * What each half of a doubling of the requests in flight adds, also where no cap is known: equal endpoints share their
 * load. In steps, so that a decision can mostly be prepared.
 */
const BUSY = 0.01
/** Answers so many times shorter than those of the model's other endpoints are no answers, mostly. */
const SHORTEST = 3
/** Stands for "takes for ever" where a belief is not a number: what is not known to be fast never counts as fast. */
const SLOWEST_MS = 1e8
const MS_PER_HOUR = 3_600_000
const ALWAYS = { a: 1, b: 0 }

/**
 * The expected cost of a good answer, per candidate:
 *
 *     J = [price + v time + (1 - p) / p (price + v t_detect) + (1 - w) v 20 s] / w
 *         * (1 + (in flight / cap)^3 + 0.01 [2 log2(1 + in flight)])
 *     time = ttft * stall + expected output tokens / speed
 *
 * v is the value of time; ttft and speed are the medians of the beliefs, p the mean of success (at least 0.01; of
 * structured requests times the share of structured answers that were well-formed), t_detect how long failures of this
 * endpoint take to show, w three times the length of its answers over that of the model's other endpoints, at most 1:
 * what is no answer is lost, and has to be asked for again. Not streaming, and for an upstream that only pretends to
 * stream, ttft is the whole answer and the second term falls away. The spread is that of the time, by the delta method.
 *
 * A failure moves on to the next endpoint. To ask i before j costs p_i C_i + (1 - p_i) (D_i + J_j), with C what an
 * answer costs and D a failure; over the reverse order this is less where C + (1 - p) / p D is. So that is what orders
 * them, and a fast endpoint that fails often and at once is still worth the try.
 *
 * A price that is not known counts as the highest of the known ones; when none is known only time counts. `objective`:
 * `price` lets time count for a hundredth, `latency` drops price and generation, `throughput` drops price and the first
 * token.
 */
export function costsOf(
  candidates: readonly Candidate[],
  request: RouteRequest,
  objective: Objective,
  valueOfTime: number,
): Costs[] {
  const terms = new CostTerms(request, objective, valueOfTime, candidates)
  const costs = new Array<Costs>(candidates.length)
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index]!
    costs[index] = { ...terms.of(candidate, slownessOf(candidate), crowdOf(candidate)) }
  }
  return costs
}

/** What costs of several candidates for one request have in common. */
export class CostTerms {
  readonly #request: RouteRequest
  readonly #objective: Objective
  /** USD of a millisecond. */
  readonly #perMs: number
  readonly #priced: boolean
  readonly #dearest: number
  readonly #structured: boolean
  readonly #tokens: number

  constructor(request: RouteRequest, objective: Objective, valueOfTime: number, candidates: readonly Candidate[]) {
    this.#request = request
    this.#objective = objective
    this.#perMs = (valueOfTime / MS_PER_HOUR) * (objective === 'price' ? PRICE_FIRST : 1)
    this.#priced = objective === 'balanced' || objective === 'price'
    let dearest = 0
    if (this.#priced)
      for (let at = 0; at < candidates.length; at++) dearest = Math.max(dearest, knownPrice(candidates[at]!) ?? 0)
    this.#dearest = dearest
    this.#structured = request.class.endsWith('.structured')
    this.#tokens = Math.max(objective === 'throughput' ? 1 : 0, finite(request.expectedOutputTokens, 0))
  }

  /** `slow` and `crowd`: as `slownessOf` and `crowdOf` say. What is given is filled anew by the next call. */
  of(candidate: Candidate, slow: number, crowd: number): Costs {
    const perMs = this.#perMs
    const tokens = this.#tokens
    const objective = this.#objective
    const price = knownPrice(candidate)
    const paid = this.#priced ? (price ?? this.#dearest) : 0
    const { success: belief, ttft, speed, valid = ALWAYS } = candidate
    const ttftMs = milliseconds(Math.exp(ttft.mean) * slow)
    // Not streamed, the time to the first token is the time to the last one.
    const isWhole = objective === 'latency' || tokens === 0 || !this.#request.stream || candidate.buffered === true
    const firstMs = objective === 'throughput' && !isWhole ? 0 : ttftMs
    const restMs = isWhole ? 0 : milliseconds((1000 * tokens) / Math.exp(speed.mean))
    const timeMs = firstMs + restMs
    const well = this.#structured ? meanOf(valid) : 1
    const answers = chance(meanOf(belief) * well)
    const whole = chance(SHORTEST * finite(candidate.lengthRatio ?? 1, 1))
    const failure = paid + perMs * milliseconds(candidate.detectMs ?? DETECT_MS)
    const once = paid + perMs * timeMs + ((1 - answers) / answers) * failure + (1 - whole) * perMs * LOST_MS
    const firstSd = firstMs * sdOf(ttft)
    const restSd = restMs * sdOf(speed)
    const success = chance(answers * whole)
    const limited = Math.min(1, Math.max(0, finite(candidate.limited ?? 0, 1)))
    COSTS.cost = (once / whole) * crowd
    COSTS.spread = (perMs * Math.sqrt(firstSd * firstSd + restSd * restSd)) / once
    COSTS.risk = perMs * LOST_MS * (1 - success * (1 - limited))
    COSTS.timeMs = timeMs
    COSTS.success = success
    COSTS.valid = well
    COSTS.price = price
    COSTS.slow = slow
    return COSTS
  }
}

/** One for all, since costs are worked out for every candidate of many decisions. */
const COSTS: Writable<Costs> = {
  cost: 0.5,
  spread: 0.5,
  risk: 0.5,
  timeMs: 0.5,
  success: 0.5,
  valid: 0.5,
  price: undefined,
  slow: 0.5,
}

/** How many times dearer a candidate is for being busy: more than it bears is not borne. */
export function crowdOf({ inFlight, cap }: Candidate): number {
  const share = finite(inFlight / cap, 0)
  return (
    1 + Math.min(1e6, share * share * share) + BUSY * Math.floor(2 * Math.log2(1 + Math.max(0, finite(inFlight, 0))))
  )
}

/** How many times slower than believed it is right now. */
export const slownessOf = ({ stall }: Candidate): number => Math.max(1, finite(stall, 1))

const chance = (value: number): number => Math.min(1, Math.max(MIN_SUCCESS, finite(value, MIN_SUCCESS)))

const meanOf = ({ a, b }: Candidate['success']) => a / (a + b)

function knownPrice({ estimatedPrice }: Candidate): number | undefined {
  return estimatedPrice !== undefined && estimatedPrice >= 0 && estimatedPrice < 1e9 ? estimatedPrice : undefined
}

const sdOf = ({ sd }: { readonly sd: number }) => Math.min(10, Math.max(0, finite(sd, 10)))

const milliseconds = (value: number): number => (value > 0 ? Math.min(SLOWEST_MS, Math.max(1e-6, value)) : SLOWEST_MS)
