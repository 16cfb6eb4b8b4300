import { gridScaleOf } from '../../base/work-units.ts'
import type { Belief, EffectivePrice } from '../../plugins/api.ts'
import {
  type Beta,
  ENOUGH,
  type Prior,
  type Root,
  readPosterior,
  SPEED_ROOT,
  successOf,
  TTFT_ROOT,
} from '../beliefs/beliefs.ts'
import { isIdle, isNewInUse, isOnlyCold, pauseChance, requestsOf, sleepMs, wakingMs } from '../beliefs/cold.ts'
import { lengthsOf, usualFactor } from '../beliefs/length.ts'
import type { CellPrior, PriorSource } from '../beliefs/prior.ts'
import { cacheShareOf, detectMsOf, effectivePriceOf, isBuffered, limitedOf, validOf } from '../beliefs/traits.ts'
import { priorOfUnlisted } from '../beliefs/unlisted.ts'
import type { Beliefs } from '../types.ts'
import { typicalSpeed } from '../work.ts'
import type { Cell } from './cell.ts'
import { publicClassOf } from './class-of.ts'
import type { EndpointCells } from './endpoint-cells.ts'
import { EVIDENCE, NO_PEERS, nothing, type Quantity, readEvidence, readSums } from './evidence.ts'
import type { Memory } from './memory.ts'
import type { PeerTotals } from './peer-totals.ts'
import { AT, type Sums } from './places.ts'

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
export interface Sources {
  readonly endpoints: ReadonlyMap<string, EndpointCells>
  readonly totals: PeerTotals
  map: PriorSource | undefined
  /** The map's of this cell. */
  prior: CellPrior | undefined
  workloadClass: string
  /** Everything in this class. */
  overall: Memory | undefined
}

export const sourcesOf = (endpoints: ReadonlyMap<string, EndpointCells>, totals: PeerTotals): Sources => ({
  endpoints,
  totals,
  map: undefined,
  prior: undefined,
  workloadClass: '',
  overall: undefined,
})

const NOBODY: readonly string[] = []
const NO_ANSWERS: readonly never[] = []

/** `cells` and `cell`: of the endpoint, and of it in the class. */
export function believe(
  { map, prior, endpoints, workloadClass, overall, totals }: Sources,
  cells: EndpointCells | undefined,
  cell: Cell | undefined,
  endpoint: string,
  time: number,
  context: BeliefContext,
): BookBeliefs {
  const own = cell?.memory.at(time)
  const all = cells?.all.memory.at(time)
  const { peers = NOBODY, stream } = context
  let { ttftPrior, speedPrior } = context
  if (map) {
    const times = stream === false ? 'total' : 'ttft'
    ttftPrior ??= prior?.[times] ?? priorOfUnlisted(map, endpoint, publicClassOf(workloadClass), peers, times)
    speedPrior ??= prior?.speed ?? priorOfUnlisted(map, endpoint, publicClassOf(workloadClass), peers, 'speed')
  }
  const lengths = lengthsOf(endpoints, cells, own, peers, workloadClass, time, totals)
  const lengthRatio = lengths.ratio
  const whole = wholeShare(own ?? all, stream)
  const factor = whole === 0 ? 0 : usualFactor(lengths) * whole
  if (factor !== 0 && ttftPrior) ttftPrior = { ...ttftPrior, mean: ttftPrior.mean - factor }
  const lately = cells ? cells.lately.time.read(time) : 0
  const asleepMs = all ? sleepMs(all, time) : 0
  const pauses = all && isIdle(all, time) ? pauseChance(all, requestsOver(endpoints, cells, peers, time, totals)) : 0
  const onlyCold = asleepMs > 0 && isOnlyCold(all!, pauses)
  readEvidence('time', own, all, overall, time, stream, onlyCold)
  EVIDENCE.prior = ttftPrior
  EVIDENCE.peers = peersOf(endpoints, 'time', endpoint, workloadClass, time, stream, peers)
  const sleepy = asleepMs > 0 && !onlyCold ? wakingMs(all!, pauses) : 0
  const ttft = beliefOf(readPosterior(EVIDENCE, TTFT_ROOT), factor + lately, sleepy)
  const { root, logScale } = speedsOf(workloadClass)
  readEvidence('speed', own, all, overall, time, stream)
  EVIDENCE.prior = speedPrior
  EVIDENCE.peers = peersOf(endpoints, 'speed', endpoint, workloadClass, time, stream, peers)
  const speed = beliefOf(readPosterior(EVIDENCE, root), (cells ? cells.lately.speed.read(time) : 0) - logScale, 0)
  return {
    ttft,
    speed,
    success: successOf(own, all, time, context.successPrior ?? prior?.success),
    stall: cells ? cells.stall.read(time) : 1,
    buffered: isBuffered(all),
    detectMs: detectMsOf(all),
    limited: limitedOf(all),
    valid: validOf(all),
    cacheShare: cacheShareOf(own, all, pauses),
    newInUse: isNewInUse(all, pauses),
    lengthRatio,
    mayHaveChanged: cells?.speedup.isSuspected === true,
    lately: lately === 0 ? 1 : Math.exp(lately),
    wakingMs: onlyCold ? 0 : asleepMs,
    incident: prior?.incident === true,
    effectivePrice: scaled(
      effectivePriceOf(own, all, context.listed ?? true),
      cells ? cells.lately.paid.read(time) : 0,
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
function wholeShare(memory: Memory | undefined, stream: boolean | undefined): number {
  if (stream !== undefined || !memory) return stream === false ? 1 : 0
  const whole = memory.times(AT.whole)
  return whole === 0 ? 0 : whole / (whole + memory.times(AT.streamed))
}

/** Of the model. */
function requestsOver(
  endpoints: ReadonlyMap<string, EndpointCells>,
  cells: EndpointCells | undefined,
  peers: readonly string[],
  time: number,
  totals: PeerTotals,
): number {
  const { requests } = totals.of(endpoints, peers, undefined, time)
  return totals.has(cells) ? requests : requests + requestsOf(cells?.all.memory)
}

/** What was read, moved by a logarithm, and with its share of waking up an endpoint that is asleep. */
function beliefOf({ mean, sd, n, from }: Belief, by: number, sleepyMs: number): Belief {
  const usual = mean + by
  return { mean: sleepyMs > 0 ? Math.log(Math.exp(usual) + sleepyMs) : usual, sd, n, from }
}

const scaled = (price: EffectivePrice, log: number): EffectivePrice =>
  log === 0 ? price : { ...price, ratio: price.ratio * Math.exp(log) }

/** Of a class: where the belief in its speeds begins, on the grid; and the logarithm of the grid's scale. */
interface Speeds {
  workloadClass: string
  root: Root
  logScale: number
}

/** The last one that was asked about: a decision asks for one only. */
const SPEEDS: Speeds = { workloadClass: '', root: SPEED_ROOT, logScale: 0 }

function speedsOf(workloadClass: string): Readonly<Speeds> {
  if (SPEEDS.workloadClass === workloadClass) return SPEEDS
  const scale = gridScaleOf(workloadClass)
  const typical = typicalSpeed(workloadClass)
  SPEEDS.workloadClass = workloadClass
  SPEEDS.logScale = Math.log(scale)
  SPEEDS.root = typical === undefined ? SPEED_ROOT : { mean: Math.log(typical * scale), variance: SPEED_ROOT.variance }
  return SPEEDS
}
