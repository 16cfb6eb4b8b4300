import { gridScaleOf } from '../../base/work-units.ts'
import type { Belief, EffectivePrice } from '../../plugins/api.ts'
import {
  type Beta,
  ENOUGH,
  type Prior,
  posterior,
  type Root,
  SPEED_ROOT,
  successOf,
  TTFT_ROOT,
} from '../beliefs/beliefs.ts'
import { isIdle, isNewInUse, isOnlyCold, pauseChance, requestsOf, sleepMs, wakingMs } from '../beliefs/cold.ts'
import { lengthsOf } from '../beliefs/length.ts'
import type { CellPrior, PriorSource } from '../beliefs/prior.ts'
import { cacheShareOf, detectMsOf, effectivePriceOf, isBuffered, limitedOf, validOf } from '../beliefs/traits.ts'
import { priorOfUnlisted } from '../beliefs/unlisted.ts'
import type { Beliefs } from '../types.ts'
import { typicalSpeed } from '../work.ts'
import { publicClassOf } from './class-of.ts'
import type { EndpointCells } from './endpoint-cells.ts'
import { EVIDENCE, NO_PEERS, nothing, type Quantity, readEvidence, readSums } from './evidence.ts'
import { AT, type Memory, type Sums } from './memory.ts'
import type { PeerTotals } from './peer-totals.ts'

export interface BeliefContext {
  /** Ids of the model's other endpoints. */
  readonly peers?: readonly string[]
  /**
   * Whether the request streams: the first token of a stream and the whole of a body are different times. Default: both
   * together.
   */
  readonly stream?: boolean
  /** False where no list price is known, so that there is nothing to begin with. Default true. */
  readonly listed?: boolean
  /** The map's belief of this cell; default: the book's own `prior`. */
  readonly ttftPrior?: Prior
  readonly speedPrior?: Prior
  readonly successPrior?: Beta
}

/** All that the book can say; `Beliefs` leaves some of it open. */
export type BookBeliefs = Required<Beliefs>

/** What there is to believe from, beside the endpoint's own cells. */
interface Sources {
  readonly map: PriorSource | undefined
  /** The map's of this cell. */
  readonly prior: CellPrior | undefined
  readonly endpoints: ReadonlyMap<string, EndpointCells>
  /** Everything in this class. */
  readonly overall: Memory | undefined
  readonly totals: PeerTotals
}

const NOBODY: readonly string[] = []
const NO_ANSWERS: readonly never[] = []

export function believe(
  { map, prior, endpoints, overall, totals }: Sources,
  endpoint: string,
  workloadClass: string,
  time: number,
  context: BeliefContext,
): BookBeliefs {
  const cells = endpoints.get(endpoint)
  const own = cells?.classes.get(workloadClass)?.memory
  const all = cells?.all.memory
  const { peers = NOBODY, stream } = context
  let { ttftPrior, speedPrior } = context
  if (map) {
    const times = stream === false ? 'total' : 'ttft'
    ttftPrior ??= prior?.[times] ?? priorOfUnlisted(map, endpoint, publicClassOf(workloadClass), peers, times)
    speedPrior ??= prior?.speed ?? priorOfUnlisted(map, endpoint, publicClassOf(workloadClass), peers, 'speed')
  }
  const scale = gridScaleOf(workloadClass)
  const lengths = lengthsOf(endpoints, endpoint, peers, workloadClass, time, totals)
  const factor = lengths.factor * wholeShare(own ?? all, stream, time)
  if (factor !== 0 && ttftPrior) ttftPrior = { ...ttftPrior, mean: ttftPrior.mean - factor }
  const lately = cells?.lately.time.read(time) ?? 0
  const asleepMs = all ? sleepMs(all, time) : 0
  const pauses =
    all && isIdle(all, time) ? pauseChance(all, requestsOver(endpoints, endpoint, peers, time, totals), time) : 0
  const onlyCold = asleepMs > 0 && isOnlyCold(all!, pauses, time)
  readEvidence('time', own, all, overall, time, stream, onlyCold)
  EVIDENCE.prior = ttftPrior
  EVIDENCE.peers = peersOf(endpoints, 'time', endpoint, workloadClass, time, stream, peers)
  const ttft = posterior(EVIDENCE, TTFT_ROOT)
  readEvidence('speed', own, all, overall, time, stream)
  EVIDENCE.prior = speedPrior
  EVIDENCE.peers = peersOf(endpoints, 'speed', endpoint, workloadClass, time, stream, peers)
  const speed = posterior(EVIDENCE, speedRoot(workloadClass, scale))
  const usual = moved(ttft, factor + lately)
  return {
    ttft: asleepMs > 0 && !onlyCold ? waking(usual, wakingMs(all!, pauses, time)) : usual,
    speed: moved(speed, (cells?.lately.speed.read(time) ?? 0) - Math.log(scale)),
    success: successOf(own, all, time, context.successPrior ?? prior?.success),
    stall: cells?.stall.read(time) ?? 1,
    buffered: isBuffered(all, time),
    detectMs: detectMsOf(all, time),
    limited: limitedOf(all, time),
    valid: validOf(all, time),
    cacheShare: cacheShareOf(own, all, time, pauses),
    newInUse: isNewInUse(all, pauses, time),
    lengthRatio: lengths.ratio,
    mayHaveChanged: cells?.haste.isGreat === true,
    lately: lately === 0 ? 1 : Math.exp(lately),
    wakingMs: onlyCold ? 0 : asleepMs,
    incident: prior?.incident === true,
    effectivePrice: scaled(
      effectivePriceOf(own, all, time, context.listed ?? true),
      cells?.lately.paid.read(time) ?? 0,
    ),
    recent: cells?.recent.list ?? NO_ANSWERS,
  }
}

/** A peer's sums in this class, or over all its classes when it has nothing there; none where nobody asks. */
function peersOf(
  endpoints: ReadonlyMap<string, EndpointCells>,
  quantity: Quantity,
  endpoint: string,
  workloadClass: string,
  time: number,
  stream: boolean | undefined,
  peers: readonly string[],
): readonly Sums[] {
  if (EVIDENCE.prior !== undefined || EVIDENCE.endpoint.n >= ENOUGH) return NO_PEERS
  const found: Sums[] = []
  for (const peer of peers) {
    const cells = peer === endpoint ? undefined : endpoints.get(peer)
    if (!cells) continue
    const sums = nothing()
    readSums(quantity, cells.classes.get(workloadClass)?.memory, time, stream, sums, true)
    if (sums.n === 0) readSums(quantity, cells.all.memory, time, stream, sums, true)
    found.push(sums)
  }
  return found
}

/** How far times are those of whole answers, which depend on their length. */
function wholeShare(memory: Memory | undefined, stream: boolean | undefined, time: number): number {
  if (stream !== undefined || !memory) return stream === false ? 1 : 0
  const whole = memory.read(AT.whole, time)
  return whole === 0 ? 0 : whole / (whole + memory.read(AT.streamed, time))
}

/** Of the model. */
function requestsOver(
  endpoints: ReadonlyMap<string, EndpointCells>,
  endpoint: string,
  peers: readonly string[],
  time: number,
  totals: PeerTotals,
): number {
  const { requests } = totals.of(endpoints, peers, undefined, time)
  const cells = endpoints.get(endpoint)
  return totals.has(cells) ? requests : requests + requestsOf(cells?.all.memory, time)
}

/** With its share of waking up an endpoint that is asleep. */
const waking = (belief: Belief, ms: number): Belief => ({ ...belief, mean: Math.log(Math.exp(belief.mean) + ms) })

const scaled = (price: EffectivePrice, log: number): EffectivePrice =>
  log === 0 ? price : { ...price, ratio: price.ratio * Math.exp(log) }

const moved = (belief: Belief, by: number): Belief => (by === 0 ? belief : { ...belief, mean: belief.mean + by })

/** On the grid. */
const speedRoot = (workloadClass: string, scale: number): Root => {
  const typical = typicalSpeed(workloadClass)
  return typical === undefined ? SPEED_ROOT : { mean: Math.log(typical * scale), variance: SPEED_ROOT.variance }
}
