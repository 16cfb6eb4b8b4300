import type {
  AttemptRecord,
  CandidateRecord,
  Operation,
  RecentOutcome,
  RequestRecord,
  RouteRequest,
} from '../../plugins/api.ts'
import { type LoggedCandidate, loggedCandidate, strict } from './logged-candidate.ts'
import { type LossOptions, measure, type Outcome } from './loss.ts'

/** One decision that can be judged: who could have come first with which chance, who did, and what became of it. */
export interface LoggedRow {
  /** Unix milliseconds. */
  readonly time: number
  readonly class: string
  /** Whose endpoints these are: the first of the chain that had any. */
  readonly model: string
  readonly request: RouteRequest
  /** By endpoint id, so that nothing is learned from the order of the record. */
  readonly candidates: readonly LoggedCandidate[]
  readonly endpoints: readonly string[]
  /** Chance of each to come first, true to the strategy that was at work. */
  readonly propensities: readonly number[]
  /** Index of the one that did. */
  readonly chosen: number
  readonly outcome: Outcome
}

/** Why a request says nothing about a choice; the keys of `left_out`. */
export const LEFT_OUT = {
  unreadable: 'the line is torn or not of a decision log',
  counting: 'it counted tokens',
  session: 'it was a session, which lasts as long as its client likes',
  passed_through: 'it was passed through to a provider',
  no_candidates: 'nothing was eligible',
  one_candidate: 'there was nothing to choose',
  sort: 'the client asked for a sort (provider.sort, :floor, :nitro, :exacto)',
  order: 'the client named the order (provider.order)',
  threshold: 'the client set preferred thresholds',
  affinity: 'its conversation was at home at an endpoint',
  no_propensities: 'the propensities are missing or do not sum to one',
  no_beliefs: 'the beliefs are missing',
  not_tried: 'the first choice was not tried first',
  hedged: 'it was hedged: a second endpoint was asked before the first had ended',
  caller: 'the caller gave up or was at fault, or a policy refused it',
  unmeasured: 'the time that the objective needs was not measured',
} as const
export type LeftOut = keyof typeof LEFT_OUT

const PASSED_THROUGH: ReadonlySet<Operation> = new Set<Operation>(['file', 'batch', 'passthrough'])

const SUMS_TO_ONE = 1e-3
/** The largest time that is a date (ECMA-262). */
const LATEST_DATE = 8.64e15
/** How much a start and an end that were read one after the other may seem to overlap. */
const CLOCK_MS = 1

/** The row of a record, or why it has none. `recent`: an endpoint's latest outcomes at that time. */
export function rowOf(
  record: RequestRecord,
  options: LossOptions,
  recent: (endpoint: string) => readonly RecentOutcome[],
): LoggedRow | LeftOut {
  const first = record.candidates[0]
  if (!(record.time >= 0 && record.time <= LATEST_DATE)) return 'unreadable'
  // A count says nothing about how an endpoint answers.
  if (record.operation === 'counting') return 'counting'
  if (record.operation === 'realtime') return 'session'
  if (PASSED_THROUGH.has(record.operation)) return 'passed_through'
  if (!first) return 'no_candidates'
  if (record.placedBy !== undefined) return record.placedBy
  const step = firstStep(record.candidates)
  if (step.length < 2) return 'one_candidate'
  if (!areChances(step) || !(first.propensity > 0)) return 'no_propensities'
  const attempt = firstAttempt(record.attempts)
  if (attempt?.endpoint !== first.endpoint || typeof attempt.kind !== 'string') return 'not_tried'
  if (isHedged(record.attempts, attempt)) return 'hedged'
  if (attempt.kind !== 'ok' && !attempt.kind.startsWith('provider_')) return 'caller'
  const outcome = measure(attempt, options)
  if (!outcome) return 'unmeasured'
  const sorted = [...step].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1))
  const candidates = sorted.map((candidate) => loggedCandidate(candidate, recent(candidate.endpoint)))
  if (candidates.includes(undefined) || typeof record.class !== 'string') return 'no_beliefs'
  return {
    time: record.time,
    class: record.class,
    model: first.model,
    request: requestOf(record),
    candidates: candidates as LoggedCandidate[],
    endpoints: sorted.map(({ endpoint }) => endpoint),
    propensities: sorted.map(({ propensity }) => propensity),
    chosen: sorted.indexOf(first),
    outcome,
  }
}

/**
 * The candidates of the first model of the chain: those of its fallbacks follow, each model with propensities of its
 * own.
 */
function firstStep(candidates: readonly CandidateRecord[]): readonly CandidateRecord[] {
  const end = candidates.findIndex(({ model }) => model !== candidates[0]?.model)
  return end < 0 ? candidates : candidates.slice(0, end)
}

function areChances(candidates: readonly CandidateRecord[]): boolean {
  let sum = 0
  for (const { endpoint, propensity } of candidates) {
    if (typeof endpoint !== 'string' || !(propensity >= 0 && propensity <= 1)) return false
    sum += propensity
  }
  return Math.abs(sum - 1) < SUMS_TO_ONE
}

/** Attempts are on record in the order in which they ended. */
function firstAttempt(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  return attempts.reduce<AttemptRecord | undefined>(
    (first, next) => (first && first.startMs <= next.startMs ? first : next),
    undefined,
  )
}

function isHedged(attempts: readonly AttemptRecord[], first: AttemptRecord): boolean {
  return attempts.some((attempt) => attempt !== first && attempt.startMs < first.startMs + first.totalMs - CLOCK_MS)
}

function requestOf({
  class: workload,
  inputTokensEstimate,
  outputTokensEstimate,
  stream,
  valueOfTime,
}: RequestRecord): RouteRequest {
  return strict<RouteRequest>('request', {
    class: workload,
    inputTokens: inputTokensEstimate,
    stream,
    sticky: undefined,
    valueOfTime,
    ...(typeof outputTokensEstimate === 'number' && { expectedOutputTokens: outputTokensEstimate }),
  })
}
