import { BUCKETS, bucketOf, SPEED, TIME } from '../base/grid.ts'
import { workUnitOf } from '../base/work-units.ts'
import type { Writable } from '../base/writable.ts'
import { OUTCOME_KINDS, type OutcomeKind } from '../plugins/api.ts'
import type { Outcome } from './types.ts'

/** Where the parts of a slot's counts begin: three grids, then one count per outcome kind. */
export const TTFT = 0
export const TOTAL = BUCKETS
export const SPEEDS = 2 * BUCKETS
export const KINDS = 3 * BUCKETS

/** True when it counts against the endpoint's success. Rate limits do not: they are answered by a cap, not by doubt. */
export function isFault(kind: OutcomeKind): boolean {
  return kind.startsWith('provider_') && kind !== 'provider_rate_limited'
}

/** What a kind means here, looked up once an outcome. */
const MEANINGS = new Map(
  OUTCOME_KINDS.map((kind, index) => {
    const ok = kind === 'ok'
    const started = ok || kind === 'provider_truncated' || kind === 'provider_timeout_idle'
    const meaning = {
      index,
      ok,
      started,
      fault: isFault(kind),
      limited: kind === 'provider_rate_limited',
      judged: ok || kind === 'provider_malformed',
    }
    return [kind, meaning]
  }),
)

/**
 * Beliefs are about values within these bounds (ms, tokens/s): the grids', but that local servers may answer in a
 * millisecond.
 */
const MIN_MS = 1
const MAX_MS = 614_000
const MIN_SPEED = 0.1
const MAX_SPEED = 6_140

/**
 * A stream whose last token comes this soon after its first was not streamed by the upstream, and tells nothing about
 * speed.
 */
const MIN_STREAM_MS = 20
const MIN_STREAM_SHARE = 0.02
/** Shorter answers come in one piece from anybody. Tokens. */
const JUDGED_TOKENS = 20

/** A single answer teaches at most so many times what it was to cost. */
const MAX_PRICE_RATIO = 20

/** What an outcome adds to slots and beliefs; undefined parts are not to be learned from. */
export interface Sample {
  readonly kind: number
  readonly stream: boolean
  /** 1, or 0 when it does not count for or against the endpoint. */
  readonly ok: number
  readonly fault: number
  readonly ttftMs: number | undefined
  /** Natural logarithms, clipped; NaN when there is nothing to learn. */
  readonly logTtft: number
  readonly logSpeed: number
  readonly ttftBucket: number
  readonly totalBucket: number
  readonly speedBucket: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Natural logarithm of the output tokens of a whole answer, and one; NaN when there is nothing to learn. */
  readonly logLength: number
  readonly cacheReadTokens: number
  readonly costUsd: number
  /**
   * Of a whole answer with a price: what it was to cost and what it did, the latter within reason. 0 when there is
   * nothing to learn.
   */
  readonly listUsd: number
  readonly paidUsd: number
  readonly limited: boolean
  /** Of a stream long enough to tell: that it came in one piece. */
  readonly buffered: boolean | undefined
  /** Of a fault: how long it took to show. */
  readonly detectMs: number | undefined
  /** Of a structured answer: that it was well-formed. */
  readonly wellFormed: boolean | undefined
  /** Of the first answer after a pause: milliseconds that it took longer than believed. */
  readonly coldMs: number | undefined
  /** Its time is that of waking. */
  readonly isWaking: boolean
}

export type MutableSample = Writable<Sample>

export const NOTHING: Sample = {
  kind: 0,
  stream: false,
  ok: 0,
  fault: 0,
  ttftMs: undefined,
  logTtft: Number.NaN,
  logSpeed: Number.NaN,
  ttftBucket: -1,
  totalBucket: -1,
  speedBucket: -1,
  inputTokens: 0,
  outputTokens: 0,
  logLength: Number.NaN,
  cacheReadTokens: 0,
  costUsd: 0,
  listUsd: 0,
  paidUsd: 0,
  limited: false,
  buffered: undefined,
  detectMs: undefined,
  wellFormed: undefined,
  coldMs: undefined,
  isWaking: false,
}

/**
 * What counts: `ok` and the provider's faults for success; time to first token from `ok` and from answers that started
 * and were cut; total time and speed from `ok` only (of tokens: from streams); tokens and cost always. Speeds are those
 * of the grid. Undefined for a kind that this version does not know. `into` is filled in and given back: for who deals
 * with one after another.
 */
export function sampleOf(outcome: Outcome, into: MutableSample = { ...NOTHING }): Sample | undefined {
  const meaning = MEANINGS.get(outcome.kind)
  if (meaning === undefined) return undefined
  const { ok, started, fault, limited } = meaning
  const { usage } = outcome
  const streamed = ok && isStreamed(outcome)
  const ttftMs = started ? valid(outcome.ttftMs) : undefined
  const totalMs = ok ? valid(outcome.totalMs) : undefined
  const listUsd = ok && outcome.costUsd !== undefined ? (valid(outcome.listUsd) ?? 0) : 0
  const unit = workUnitOf(outcome.class)
  const speed = streamed || (ok && unit) ? valid(outcome.tokensPerSecond) || undefined : undefined
  const tokensPerSecond = speed === undefined || !unit ? speed : unit.gridScale * speed
  into.kind = meaning.index
  into.stream = outcome.stream
  into.ok = ok ? 1 : 0
  into.fault = fault ? 1 : 0
  into.ttftMs = ttftMs
  into.logTtft = ttftMs === undefined ? Number.NaN : Math.log(clip(ttftMs, MIN_MS, MAX_MS))
  into.logSpeed = tokensPerSecond === undefined ? Number.NaN : Math.log(clip(tokensPerSecond, MIN_SPEED, MAX_SPEED))
  into.ttftBucket = ttftMs === undefined ? -1 : bucketOf(TIME, ttftMs)
  into.totalBucket = totalMs === undefined ? -1 : bucketOf(TIME, totalMs)
  into.speedBucket = tokensPerSecond === undefined ? -1 : bucketOf(SPEED, tokensPerSecond)
  into.inputTokens = valid(usage?.inputTokens) ?? 0
  into.outputTokens = valid(usage?.outputTokens) ?? 0
  into.logLength =
    ok && into.outputTokens > 0 && unit === undefined && !outcome.brief ? Math.log(1 + into.outputTokens) : Number.NaN
  into.cacheReadTokens = valid(usage?.cacheReadTokens) ?? 0
  into.costUsd = valid(outcome.costUsd) ?? 0
  into.listUsd = listUsd
  into.paidUsd = Math.min(MAX_PRICE_RATIO * listUsd, into.costUsd)
  into.limited = limited
  into.buffered = ok && outcome.stream && (usage?.outputTokens ?? 0) >= JUDGED_TOKENS ? !streamed : undefined
  into.detectMs = fault ? valid(outcome.totalMs) : undefined
  into.wellFormed = meaning.judged && outcome.class.endsWith('.structured') ? ok : undefined
  into.coldMs = undefined
  into.isWaking = false
  return into
}

function isStreamed(outcome: Outcome): boolean {
  if (!outcome.stream || outcome.ttftMs === undefined) return false
  const gap = outcome.totalMs - outcome.ttftMs
  return gap >= MIN_STREAM_MS && gap >= MIN_STREAM_SHARE * outcome.totalMs
}

const valid = (value: number | undefined) => (Number.isFinite(value) && value! >= 0 ? value : undefined)

const clip = (value: number, smallest: number, largest: number) => Math.min(largest, Math.max(smallest, value))
