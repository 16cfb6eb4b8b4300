import { BUCKETS } from '../../../base/grid.ts'
import { sampleOf } from '../../../outcomes/sample.ts'
import type { Outcome } from '../../../outcomes/types.ts'
import { OUTCOME_KINDS } from '../../../plugins/api.ts'
import { LOG_SPEED, LOG_TIME } from '../../protocol/limits.ts'
import { REPORT_KINDS } from '../../protocol/words.ts'

/** Bounds of a quantity on the logarithmic scale. */
export interface Range {
  readonly min: number
  readonly max: number
}

/** USD per million tokens, 0.01 to 1,000. */
export const LOG_PRICE: Range = { min: Math.log(0.01), max: Math.log(1_000) }

/**
 * Each observation has one vote of this many parts and divides it between the upper and the lower end of its range: x =
 * least + (most - least) * up / (up + down). Whatever it is, its parts add up to one vote, which is what one request
 * can change, and they are whole numbers, so that noise can be exact.
 */
export const VOTE = 1_000

/**
 * Where things are in a tally: counts per kind; (observations, upper parts, grid) for three quantities; (observations,
 * upper parts) for two.
 */
export const KINDS = 0
export const TTFT = REPORT_KINDS.length
const QUANTITY = 2 + BUCKETS
export const TOTAL = TTFT + QUANTITY
export const SPEED = TOTAL + QUANTITY
export const CACHE = SPEED + QUANTITY
export const PRICE = CACHE + 2
const LENGTH = PRICE + 2

/** From a place: its number of observations, the upper parts of their votes, the grid. */
export const OBSERVATIONS = 0
export const UP = 1
export const GRID = 2

/** What is known of one cell's requests: whole numbers below 2^53. */
export type Tally = Float64Array

export const newTally = (): Tally => new Float64Array(LENGTH)

/** Index in REPORT_KINDS by index in OUTCOME_KINDS; -1 for what is not reported. */
const REPORTED = Int8Array.from(OUTCOME_KINDS, (kind) => (REPORT_KINDS as readonly string[]).indexOf(kind))

const MILLION = 1e6

/** Whether an outcome is the endpoint's, and no affair of the caller's or the router's. */
export const isReported = ({ kind }: Outcome): boolean => (REPORT_KINDS as readonly string[]).includes(kind)

/**
 * What an outcome adds: one request of its kind, and what src/outcomes/sample.ts lets it teach of time to first token
 * (streams), total time (whole answers) and speed (streams; a whole answer whose work is counted otherwise than in
 * tokens has a speed as well, and tells one of the two, as its millisecond is even or odd: never both). Price and cache
 * share count once for each answer, whatever its length, so that no single one outweighs the others. Allocates nothing
 * that lasts. False, and nothing added, for what is the caller's or the router's own affair.
 */
export function addOutcome(tally: Tally, outcome: Outcome): boolean {
  const sample = sampleOf(outcome)
  const kind = sample ? REPORTED[sample.kind]! : -1
  if (!sample || kind < 0) return false
  tally[KINDS + kind]!++
  if (sample.stream) {
    if (sample.ttftBucket >= 0) observe(tally, TTFT, LOG_TIME, sample.logTtft, sample.ttftBucket)
    if (sample.speedBucket >= 0) observe(tally, SPEED, LOG_SPEED, sample.logSpeed, sample.speedBucket)
  } else if (sample.speedBucket >= 0 && Math.floor(outcome.at) % 2 === 1)
    observe(tally, SPEED, LOG_SPEED, sample.logSpeed, sample.speedBucket)
  else if (sample.totalBucket >= 0) observe(tally, TOTAL, LOG_TIME, Math.log(outcome.totalMs), sample.totalBucket)
  if (sample.ok === 0) return true
  if (sample.inputTokens > 0) vote(tally, CACHE, Math.min(1, sample.cacheReadTokens / sample.inputTokens))
  const tokens = sample.inputTokens + sample.outputTokens
  if (sample.costUsd > 0 && tokens > 0)
    vote(tally, PRICE, within(LOG_PRICE, Math.log((MILLION * sample.costUsd) / tokens)))
  return true
}

/** Adds `from` to `into`. */
export function addTally(into: Tally, from: Tally): void {
  for (let i = 0; i < LENGTH; i++) into[i]! += from[i]!
}

/** The same of what `encodeTally` gave. */
export function addEncoded(into: Tally, pairs: readonly number[]): void {
  for (let i = 0; i < pairs.length; i += 2) into[pairs[i]!]! += pairs[i + 1]!
}

/** Requests in it. */
export function requestsIn(tally: Tally): number {
  let sum = 0
  for (let kind = 0; kind < REPORT_KINDS.length; kind++) sum += tally[KINDS + kind]!
  return sum
}

/** Places and values that are not 0, in turn. */
export function encodeTally(tally: Tally): number[] {
  const pairs: number[] = []
  for (let i = 0; i < LENGTH; i++) if (tally[i]! > 0) pairs.push(i, tally[i]!)
  return pairs
}

/** Undefined when it is not what `encodeTally` gives. */
export function decodeTally(pairs: unknown): Tally | undefined {
  if (!Array.isArray(pairs) || pairs.length % 2 !== 0) return undefined
  const tally = newTally()
  for (let i = 0; i < pairs.length; i += 2) {
    const [place, value] = [pairs[i], pairs[i + 1]]
    if (!Number.isSafeInteger(place) || place < 0 || place >= LENGTH || !Number.isSafeInteger(value) || value < 0)
      return undefined
    tally[place] = value
  }
  return tally
}

function observe(tally: Tally, place: number, range: Range, log: number, bucket: number): void {
  vote(tally, place, within(range, log))
  tally[place + GRID + bucket]!++
}

function vote(tally: Tally, place: number, share: number): void {
  tally[place + OBSERVATIONS]!++
  tally[place + UP]! += Math.round(VOTE * share)
}

/** Where in the range, 0 to 1. */
const within = ({ min, max }: Range, log: number): number => Math.min(1, Math.max(0, (log - min) / (max - min)))
