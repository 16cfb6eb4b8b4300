import type { AttemptRecord } from '../../plugins/api.ts'

/**
 * `total`: until the whole answer; `ttft`: until the first token; `t200`: until the first token and 200 more at the
 * measured speed.
 */
export type Objective = 'total' | 'ttft' | 't200'

export interface LossOptions {
  readonly objective: Objective
  /** USD an hour. */
  readonly valueOfTime: number
}

/** What a first attempt turned out to be. `values` is what is estimated, by `MEASURES`. */
export interface Outcome {
  readonly ok: boolean
  readonly priced: boolean
  readonly values: readonly number[]
}

/**
 * Places in `Outcome.values`: the loss, success (0 or 1), seconds to the first token of a success (else 0), USD (0 when
 * unknown).
 */
export const MEASURES = { loss: 0, success: 1, ttft: 2, cost: 3 } as const
export const MEASURE_COUNT = 4

/** What a failed first attempt costs beside its own time, in seconds: the retry, and the risk that it fails as well. */
export const FAIL_COST_S = 20
const SECONDS_PER_HOUR = 3600
const T200_TOKENS = 200

/**
 * The loss of a first attempt in seconds: waiting + price / value of time + 20 s when it failed. Undefined when its
 * time is unknown.
 */
export function measure(attempt: AttemptRecord, { objective, valueOfTime }: LossOptions): Outcome | undefined {
  const ok = attempt.kind === 'ok'
  const waitedMs = ok ? waitingMs(attempt, objective) : attempt.totalMs
  const ttftMs = ok ? (attempt.ttftMs ?? attempt.totalMs) : 0
  if (!(waitedMs !== undefined && waitedMs >= 0 && waitedMs < Number.POSITIVE_INFINITY) || !(ttftMs >= 0))
    return undefined
  const { costUsd } = attempt
  const priced = costUsd !== undefined && costUsd >= 0 && costUsd < Number.POSITIVE_INFINITY
  const cost = priced ? costUsd : 0
  const loss = waitedMs / 1000 + (cost / valueOfTime) * SECONDS_PER_HOUR + (ok ? 0 : FAIL_COST_S)
  return { ok, priced: priced || !ok, values: [loss, Number(ok), ttftMs / 1000, cost] }
}

function waitingMs({ totalMs, ttftMs, usage }: AttemptRecord, objective: Objective): number | undefined {
  if (objective === 'total') return totalMs
  if (ttftMs === undefined || objective === 'ttft') return ttftMs
  const tokens = usage?.outputTokens
  if (tokens === undefined || tokens < 2 || !(totalMs > ttftMs)) return totalMs
  return ttftMs + ((totalMs - ttftMs) / (tokens - 1)) * T200_TOKENS
}
