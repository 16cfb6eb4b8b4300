import type { Measurement, Round } from './read-panel.ts'

/** `ttft`: seconds to the first token. `t200`: seconds to the end of a whole answer of 200 tokens. */
export type Objective = 'ttft' | 't200'

export const ANSWER_TOKENS = 200
/**
 * Seconds lost to a failure. Also where losses are cut off for the capped figures, so that no answer counts as worse
 * than none.
 */
export const FAILURE_LOSS: Readonly<Record<Objective, number>> = { ttft: 5, t200: 20 }

/** Seconds lost by choosing this endpoint: `ttft_s`, or `ttft_s + 200 / tokens_per_s`; 5 s or 20 s when it failed. */
export function lossOf({ ok, ttftS, tokensPerSecond }: Measurement, objective: Objective): number {
  if (!ok) return FAILURE_LOSS[objective]
  return objective === 'ttft' ? ttftS : ttftS + ANSWER_TOKENS / tokensPerSecond
}

/** The smallest loss of a round: what hindsight would have had. */
export const minLoss = ({ measurements }: Round, objective: Objective): number =>
  Math.min(...measurements.map((measurement) => lossOf(measurement, objective)))
