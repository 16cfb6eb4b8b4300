import { gridScaleOf } from '../../base/work-units.ts'
import type { Belief } from '../../plugins/api.ts'
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
import type { CellPrior, PriorSource } from '../beliefs/prior.ts'
import { cacheShareOf, detectMsOf, effectivePriceOf, isBuffered, limitedOf, validOf } from '../beliefs/traits.ts'
import { priorOfUnlisted } from '../beliefs/unlisted.ts'
import type { Beliefs } from '../types.ts'
import { typicalSpeed } from '../work.ts'
import type { EndpointCells } from './endpoint-cells.ts'
import { EVIDENCE, NO_PEERS, nothing, type Quantity, readEvidence, readSums } from './evidence.ts'
import type { Memory, Sums } from './memory.ts'

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
}

const NOBODY: readonly string[] = []
const NO_ANSWERS: readonly never[] = []

export function believe(
  { map, prior, endpoints, overall }: Sources,
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
    ttftPrior ??= prior?.[times] ?? priorOfUnlisted(map, endpoint, workloadClass, peers, times)
    speedPrior ??= prior?.speed ?? priorOfUnlisted(map, endpoint, workloadClass, peers, 'speed')
  }
  const scale = gridScaleOf(workloadClass)
  readEvidence('time', own, all, overall, time, stream)
  EVIDENCE.prior = ttftPrior
  EVIDENCE.peers = peersOf(endpoints, 'time', endpoint, workloadClass, time, stream, peers)
  const ttft = posterior(EVIDENCE, TTFT_ROOT)
  readEvidence('speed', own, all, overall, time, stream)
  EVIDENCE.prior = speedPrior
  EVIDENCE.peers = peersOf(endpoints, 'speed', endpoint, workloadClass, time, stream, peers)
  const speed = posterior(EVIDENCE, speedRoot(workloadClass, scale))
  return {
    ttft,
    speed: unscaled(speed, scale),
    success: successOf(own, all, time, context.successPrior ?? prior?.success),
    stall: cells?.stall.read(time) ?? 1,
    buffered: isBuffered(all, time),
    detectMs: detectMsOf(all, time),
    limited: limitedOf(all, time),
    valid: validOf(all, time),
    cacheShare: cacheShareOf(own, time),
    effectivePrice: effectivePriceOf(own, all, time, context.listed ?? true),
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
    readSums(quantity, cells.classes.get(workloadClass)?.memory, time, stream, sums)
    if (sums.n === 0) readSums(quantity, cells.all.memory, time, stream, sums)
    found.push(sums)
  }
  return found
}

/** From the grid's speeds to those of the class. */
const unscaled = (belief: Belief, scale: number): Belief =>
  scale === 1 ? belief : { ...belief, mean: belief.mean - Math.log(scale) }

/** On the grid. */
const speedRoot = (workloadClass: string, scale: number): Root => {
  const typical = typicalSpeed(workloadClass)
  return typical === undefined ? SPEED_ROOT : { mean: Math.log(typical * scale), variance: SPEED_ROOT.variance }
}
