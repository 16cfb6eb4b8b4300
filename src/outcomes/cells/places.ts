/** What a `Memory` holds, and where. */
import type { Writable } from '../../base/writable.ts'

/** Sums over observations x with weights w that halve with each half-life: all that a Normal posterior needs. */
export interface Sums {
  /** Sum of w: the effective number of observations. */
  readonly n: number
  /** Sum of w x. */
  readonly sum: number
  /** Sum of w x^2. */
  readonly squares: number
}

export const NOTHING: Sums = { n: 0, sum: 0, squares: 0 }

export const plus = (a: Sums, b: Sums): Sums => ({ n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares })

/** Sums to read into: reading beliefs is on the way of every decision. */
export type Scratch = Writable<Sums>

/**
 * Where each sum of a `Memory` stands; of times and speeds three side by side: n, sum, squares. Files hold them in this
 * order, so new ones come last.
 */
export const AT = {
  streamed: 0,
  whole: 3,
  speed: 6,
  ok: 9,
  fault: 10,
  /** Streams that could be judged, and those of them that came in one piece. */
  streams: 11,
  inOnePiece: 12,
  /** Faults, and milliseconds until they showed. */
  shown: 13,
  shownMs: 14,
  /** Structured answers that were well-formed, and those that were not. */
  wellFormed: 15,
  malformed: 16,
  inputTokens: 17,
  /** Tokens of input read from a prompt cache. */
  cacheReads: 18,
  limited: 19,
  /** Answers with a price, and the USD that they were to cost and did. */
  priced: 20,
  listUsd: 21,
  paidUsd: 22,
  /** As `ok` and `fault`, with the half-life of times; faults in a row count once. */
  longOk: 23,
  longFault: 24,
  /** Answers of known length, and the sum of the logarithms of their tokens, and one. */
  lengths: 25,
  logLength: 26,
  /** First answers after a pause, and milliseconds that they took longer. */
  cold: 27,
  coldMs: 28,
  /** Times of those of them that were kept out of the times above, in the same shape. */
  coldStreamed: 29,
  coldWhole: 32,
} as const

type Place = (typeof AT)[keyof typeof AT]

/** What fades with the half-life of success; the rest fades with that of times. */
export type SuccessPlace = typeof AT.ok | typeof AT.fault | typeof AT.limited
export type TimesPlace = Exclude<Place, SuccessPlace>

export const ofSuccess = (place: number): boolean => place === AT.ok || place === AT.fault || place === AT.limited

export const LENGTH = 35
/** What files of earlier versions hold. */
export const OLD_LENGTH = 11
