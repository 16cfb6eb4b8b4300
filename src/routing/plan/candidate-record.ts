import { SHORT_ANSWERS } from '../../base/short-answers.ts'
import type { Writable } from '../../base/writable.ts'
import type { Rank } from '../../outcomes/log/record-line.ts'
import type { Candidate, CandidateRecord, Ranked } from '../../plugins/api.ts'

/** What is recorded of a place in the order. */
export interface RankedCandidate {
  readonly ranked: Ranked
  readonly propensity: number
  readonly why: string
  readonly candidate: Candidate
  readonly stall: number
  readonly cap: number
  /** The model of the chain that it serves. */
  readonly model: string
}

/**
 * A candidate as the strategy saw it, for the decision log, but for what was in flight. What is nothing special is left
 * out.
 */
export function candidateRecord(ranked: RankedCandidate): CandidateRecord {
  const { propensity, why, candidate, stall, cap, model } = ranked
  const {
    endpoint,
    position,
    ttft,
    speed,
    success,
    estimatedPrice,
    outage,
    buffered,
    detectMs,
    limited = 0,
    effectivePrice,
    valid,
    lengthRatio = 1,
    used,
  } = candidate
  const record: Writable<CandidateRecord> = {
    endpoint: endpoint.id,
    model,
    score: ranked.ranked.score,
    propensity,
    why,
    ttftMs: Math.exp(ttft.mean),
    tokensPerSecond: Math.exp(speed.mean),
    success: success.a / (success.a + success.b),
    ttftSd: rounded(ttft.sd),
    speedSd: rounded(speed.sd),
    speedN: rounded(speed.n),
    position,
  }
  // Assigned, since a spread for each would cost more than all the rest.
  if (estimatedPrice !== undefined) record.priceUsd = estimatedPrice
  const ratio = rounded(effectivePrice?.ratio ?? 1)
  if (estimatedPrice !== undefined && ratio !== 1) record.priceRatio = ratio
  if (endpoint.weight !== 1) record.weight = endpoint.weight
  if (stall > 1) record.stall = rounded(stall)
  if (Number.isFinite(cap)) record.cap = rounded(cap)
  if (outage) record.outage = outage
  if (buffered) record.buffered = buffered
  if (detectMs !== undefined) record.detectMs = Math.round(detectMs)
  if (limited > 0) record.limited = rounded(limited)
  if (used) record.used = used
  if (ttft.from !== 'cell') record.ttftFrom = ttft.from
  if (lengthRatio < SHORT_ANSWERS) record.lengthRatio = rounded(lengthRatio)
  if (valid && valid.a + valid.b > NO_ANSWERS) {
    record.validA = rounded(valid.a)
    record.validB = rounded(valid.b)
    record.speedFrom = speed.from
  }
  return record
}

/** Of the same record what differs from one ranking of a candidate to another. */
export const rankRecord = ({
  ranked,
  propensity,
  why,
  stall,
  cap,
}: Omit<RankedCandidate, 'candidate' | 'model'>): Rank => ({
  score: ranked.score,
  propensity,
  why,
  stall: stall > 1 ? rounded(stall) : undefined,
  cap: Number.isFinite(cap) ? rounded(cap) : undefined,
})

/** What `valid` starts from is worth four answers. */
const NO_ANSWERS = 4.0001

/** Four decimals: the log is read by programs, but paid by the byte. */
const rounded = (value: number) => Math.round(value * 1e4) / 1e4
