import { benchInput } from '../bench/inputs.ts'
import { estimatePrice } from '../outcomes/estimates/cost.ts'
import type { AttemptRecord, Price, Usage } from '../plugins/api.ts'
import type { ProbeTarget } from './target.ts'

/** Where no price is known: dearer than most. */
const UNKNOWN: Price = { prompt: 10, completion: 10, image: 0.1, second: 0.01, character: 30, search: 0.01 }
/** Of the small fixed inputs, at most. */
const FIXED_INPUT_TOKENS = 500

/** USD that a request may cost at the most. */
export function costAtMost(
  { operation, price = UNKNOWN }: ProbeTarget,
  inputTokens: number,
  outputTokens: number,
): number {
  const input = benchInput(operation)
  const usd = (of: Price) =>
    input
      ? estimatePrice(of, FIXED_INPUT_TOKENS, input.outputTokens, 0, undefined, input.work)
      : estimatePrice(of, inputTokens, outputTokens)
  return usd(price) ?? usd(UNKNOWN)!
}

/** What it did cost: as it says, nothing when it was refused, else what was set aside. */
export function costIn(attempt: AttemptRecord, reserved: number): number {
  if (attempt.costUsd !== undefined) return attempt.costUsd
  const isRefused = attempt.status !== undefined && attempt.status >= 400
  return isRefused || isUnused(attempt.usage) ? 0 : reserved
}

const isUnused = (usage: Usage | undefined): boolean => usage?.inputTokens === 0 && usage.outputTokens === 0
