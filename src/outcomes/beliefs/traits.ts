import type { EffectivePrice } from '../../plugins/api.ts'
import type { Memory } from '../cells/memory.ts'
import { AT } from '../cells/places.ts'
import type { Beta } from './beliefs.ts'
import { ONE } from './cold.ts'

/** What a failure costs in waiting before one has been seen: milliseconds, worth so many faults. */
const DETECT_MS = 2000
const DETECT_WEIGHT = 1
/** Streams before an endpoint may be called a pretender. */
const STREAMS = 3
/** Structured answers are well-formed until they are not. */
const VALID_PRIOR: Beta = { a: 3.9, b: 0.1 }
/** Tokens of input without cache reads that are assumed to begin with. */
const UNCACHED_TOKENS = 20_000
/** The same where only answers without a pause before them count. */
const NEW_TOKENS = 1_000

/** Answers at list price that are assumed to begin with, and what the endpoint's other classes are worth at most. */
const PRICE_WEIGHT = 10

/** Attempts without a 429 that are assumed to begin with. */
const UNLIMITED = 2

/**
 * True when most streams that are long enough to tell came in one piece: fake streaming, to be judged by total time.
 */
export function isBuffered(memory: Memory | undefined): boolean {
  if (!memory) return false
  const streams = memory.times(AT.streams)
  return streams >= STREAMS && memory.times(AT.inOnePiece) > streams / 2
}

/** Mean milliseconds until a fault of the endpoint shows, from 2 s. */
export function detectMsOf(memory: Memory | undefined): number {
  if (!memory) return DETECT_MS
  return (DETECT_WEIGHT * DETECT_MS + memory.times(AT.shownMs)) / (DETECT_WEIGHT + memory.times(AT.shown))
}

/** Structured answers being well-formed, as a Beta that starts from (3.9, 0.1). */
export function validOf(memory: Memory | undefined): Beta {
  const good = memory?.times(AT.wellFormed) ?? 0
  const bad = memory?.times(AT.malformed) ?? 0
  return good === 0 && bad === 0 ? VALID_PRIOR : { a: VALID_PRIOR.a + good, b: VALID_PRIOR.b + bad }
}

/**
 * The share of input that is read from a prompt cache, from none. Where answers without a pause before them are known,
 * all reads are taken to be theirs, and what the endpoint's other classes show counts for a class of which little is
 * known. `pauses`: the chance that this request, or one of those that follow, comes after one.
 */
export function cacheShareOf(own: Memory | undefined, endpoint: Memory | undefined, pauses: number): number {
  if (!endpoint || endpoint.times(AT.cacheReads) === 0) return 0
  const reads = own?.times(AT.cacheReads) ?? 0
  const input = Math.max(reads, own?.times(AT.inputTokens) ?? 0)
  const inUse = shareInUse(own, shareInUse(endpoint, 0))
  return Math.min(1, Math.max(reads / (UNCACHED_TOKENS + input), (1 - pauses) * inUse))
}

/** `share` of some tokens to begin with. */
function shareInUse(memory: Memory | undefined, share: number): number {
  if (!memory || memory.inUse < ONE) return share
  const reads = memory.times(AT.cacheReads)
  const input = Math.max(reads, memory.inUseShare * memory.times(AT.inputTokens))
  return (NEW_TOKENS * share + reads) / (NEW_TOKENS + input)
}

/** The share of attempts of late that were answered by a rate limit, from none. */
export function limitedOf(memory: Memory | undefined): number {
  const limited = memory?.success(AT.limited) ?? 0
  return limited === 0 ? 0 : limited / (limited + memory!.success(AT.ok) + memory!.success(AT.fault) + UNLIMITED)
}

/**
 * What is really paid over what list prices and expected tokens come to (`Outcome.listUsd`): cache writes, reasoning,
 * answers longer than the model's usual, another tokenizer. A ratio of sums, so that dear answers count by their price;
 * each level shrinks towards the one above:
 *
 *     ratio = (10 parent + n paid / list) / (10 + n)        cell -> the endpoint's other classes -> 1
 *
 * Where no list price is known (`listed` false; see `unlistedPrice`) the last parent is what was paid so far.
 */
export function effectivePriceOf(
  own: Memory | undefined,
  endpoint: Memory | undefined,
  listed: boolean,
): EffectivePrice {
  const n = endpoint?.times(AT.priced) ?? 0
  if (!endpoint || n === 0) return LIST_PRICE
  const list = endpoint.times(AT.listUsd)
  const paid = endpoint.times(AT.paidUsd)
  const ownN = own?.times(AT.priced) ?? 0
  const ownList = own?.times(AT.listUsd) ?? 0
  const ownPaid = own?.times(AT.paidUsd) ?? 0
  const top = listed || list <= 0 ? 1 : paid / list
  const parent = shrunk(top, n - ownN, list - ownList, Math.max(0, paid - ownPaid))
  return { ratio: shrunk(parent, ownN, ownList, ownPaid), n }
}

export const LIST_PRICE: EffectivePrice = { ratio: 1, n: 0 }

/** Less than a thousandth of an answer is rounding. */
const shrunk = (parent: number, n: number, listUsd: number, paidUsd: number) =>
  n < 1e-3 || listUsd <= 0 ? parent : (PRICE_WEIGHT * parent + (n * paidUsd) / listUsd) / (PRICE_WEIGHT + n)
