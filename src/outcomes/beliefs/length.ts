import type { Writable } from '../../base/writable.ts'
import type { Cell } from '../cells/cell.ts'
import type { EndpointCells } from '../cells/endpoint-cells.ts'
import type { Memory } from '../cells/memory.ts'
import { PeerTotals, type Total } from '../cells/peer-totals.ts'
import { AT } from '../cells/places.ts'

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
  /** Answers of the model, and the sum of the logarithms of their tokens, and one. */
  readonly n: number
  readonly sum: number
  /** Length of this endpoint's answers over that of its peers'; 1 where not enough is known. */
  readonly ratio: number
  readonly isEnough: boolean
}

/** Logarithm of what the model's usual answer takes beside one of the reference length. */
export const usualFactor = ({ n, sum }: Lengths): number => (n === 0 ? 0 : lengthFactor(Math.exp(sum / n) - 1))

/**
 * Over the endpoints of a model, in one class where enough is known of it on both sides, else over all classes. `own`:
 * the memory of that class in `cells`. What is given is filled anew by the next call.
 */
export function lengthsOf(
  endpoints: ReadonlyMap<string, EndpointCells>,
  cells: EndpointCells | undefined,
  own: Memory | undefined,
  peers: readonly string[],
  workloadClass: string,
  now: number,
  totals: PeerTotals,
): Lengths {
  // Without enough of its own there is nothing in the class to compare.
  const isKnown = own !== undefined && own.at(now).times(AT.lengths) >= ENOUGH
  if (isKnown) compare(own, totals.of(endpoints, peers, workloadClass, now), totals.has(cells))
  if (!isKnown || !LENGTHS.isEnough) {
    const all = cells?.all.memory.at(now)
    compare(all, totals.of(endpoints, peers, undefined, now), totals.has(cells))
  }
  // Where too little is known of the others, nobody would ask them ever again: it is compared with its own past.
  const recent = cells && (LENGTHS.isEnough || peers.length > 1) ? cells.lately.length.read(now) : 0
  if (recent !== 0) LENGTHS.ratio *= Math.exp(recent)
  return LENGTHS
}

/** The same in the class that it answers most in, apart from decisions; undefined where not enough is known. */
export function lengthRatioOf(
  endpoints: ReadonlyMap<string, EndpointCells>,
  endpoint: string,
  peers: readonly string[],
  now: number,
): number | undefined {
  const cells = endpoints.get(endpoint)
  const answers = ({ memory }: Cell) => memory.at(now).times(AT.lengths)
  if (!cells || answers(cells.all) < ENOUGH) return undefined
  const [most, { memory }] = [...cells.classes].reduce((top, each) => (answers(each[1]) > answers(top[1]) ? each : top))
  const found = lengthsOf(endpoints, cells, memory, peers, most, now, new PeerTotals())
  return found.isEnough ? found.ratio : undefined
}

/** One for all, since reading beliefs is on the way of every decision. */
const LENGTHS: Writable<Lengths> = { n: 0.5, sum: 0.5, ratio: 0.5, isEnough: false }

/** An endpoint's memory with the sums of its model, which hold its own where `isOne`. */
function compare(own: Memory | undefined, total: Readonly<Total>, isOne: boolean): void {
  const ownN = own ? own.times(AT.lengths) : 0
  const ownSum = own ? own.times(AT.logLength) : 0
  const n = isOne ? total.lengths - ownN : total.lengths
  const sum = isOne ? total.logLength - ownSum : total.logLength
  LENGTHS.isEnough = n >= ENOUGH && ownN >= ENOUGH
  LENGTHS.n = n + ownN
  LENGTHS.sum = sum + ownSum
  LENGTHS.ratio = LENGTHS.isEnough ? Math.exp(ownSum / ownN - sum / n) : 1
}
