import type { EndpointCells } from '../cells/endpoint-cells.ts'
import { AT, type Memory } from '../cells/memory.ts'
import { PeerTotals } from '../cells/peer-totals.ts'

/** Tokens that the time before the first one is worth: short answers are not as fast as they are short. */
const HEAD_TOKENS = 30
/** The length that times of whole answers are kept for. Tokens. */
const REFERENCE = Math.log(200 + HEAD_TOKENS)
/** How many times shorter or longer an answer may count, as a logarithm. */
const MAX_LOG = 3
/** Answers on both sides before lengths are compared. */
const ENOUGH = 20

/** Logarithm of what a whole answer of `tokens` takes beside one of the reference length. */
export const lengthFactor = (tokens: number): number =>
  Math.min(MAX_LOG, Math.max(-MAX_LOG, Math.log(tokens + HEAD_TOKENS) - REFERENCE))

/** What is known of the lengths of a model's answers. */
export interface Lengths {
  /** Logarithm of what the model's usual answer takes beside one of the reference length. */
  readonly factor: number
  /** Length of this endpoint's answers over that of its peers'; 1 where not enough is known. */
  readonly ratio: number
  readonly isEnough: boolean
}

/** Over the endpoints of a model, in one class where enough is known of it on both sides, else over all classes. */
export function lengthsOf(
  endpoints: ReadonlyMap<string, EndpointCells>,
  endpoint: string,
  peers: readonly string[],
  workloadClass: string,
  now: number,
  totals: PeerTotals,
): Lengths {
  const cells = endpoints.get(endpoint)
  // Without enough of its own there is nothing in the class to compare.
  const isKnown = (memoryOf(cells, workloadClass)?.read(AT.lengths, now) ?? 0) >= ENOUGH
  const inClass = isKnown ? compare(endpoints, endpoint, peers, workloadClass, now, totals) : UNKNOWN
  const found = inClass.isEnough ? inClass : compare(endpoints, endpoint, peers, undefined, now, totals)
  const recent = found.isEnough ? (cells?.lately.length.read(now) ?? 0) : 0
  return recent === 0 ? found : { ...found, ratio: found.ratio * Math.exp(recent) }
}

/** The same in the class that it answers most in, apart from decisions; undefined where not enough is known. */
export function lengthRatioOf(
  endpoints: ReadonlyMap<string, EndpointCells>,
  endpoint: string,
  peers: readonly string[],
  now: number,
): number | undefined {
  const cells = endpoints.get(endpoint)
  if (!cells || cells.all.memory.read(AT.lengths, now) < ENOUGH) return undefined
  const answers = (memory: Memory) => memory.read(AT.lengths, now)
  const [most] = [...cells.classes].reduce((top, each) =>
    answers(each[1].memory) > answers(top[1].memory) ? each : top,
  )
  const found = lengthsOf(endpoints, endpoint, peers, most, now, new PeerTotals())
  return found.isEnough ? found.ratio : undefined
}

const UNKNOWN: Lengths = { factor: 0, ratio: 1, isEnough: false }

/** In a class, or in all. */
function compare(
  endpoints: ReadonlyMap<string, EndpointCells>,
  endpoint: string,
  peers: readonly string[],
  workloadClass: string | undefined,
  now: number,
  totals: PeerTotals,
): Lengths {
  const own = memoryOf(endpoints.get(endpoint), workloadClass)
  const ownN = own?.read(AT.lengths, now) ?? 0
  const ownSum = own?.read(AT.logLength, now) ?? 0
  const total = totals.of(endpoints, peers, workloadClass, now)
  const isOne = totals.has(endpoints.get(endpoint))
  const n = isOne ? total.lengths - ownN : total.lengths
  const sum = isOne ? total.logLength - ownSum : total.logLength
  if (n + ownN === 0) return UNKNOWN
  const factor = lengthFactor(Math.exp((sum + ownSum) / (n + ownN)) - 1)
  const isEnough = n >= ENOUGH && ownN >= ENOUGH
  return { factor, ratio: isEnough ? Math.exp(ownSum / ownN - sum / n) : 1, isEnough }
}

const memoryOf = (cells: EndpointCells | undefined, workloadClass: string | undefined): Memory | undefined =>
  workloadClass === undefined ? cells?.all.memory : cells?.classes.get(workloadClass)?.memory
