import { estimatePrice } from '../outcomes/estimates/cost.ts'
import type { Endpoint, Operation } from '../plugins/api.ts'
import { benchInput } from './inputs.ts'

/** Of any of the fixed inputs, at most. */
const FIXED_INPUT_TOKENS = 500

export interface Estimate {
  /** USD that the priced endpoints cost at most. */
  readonly usd: number
  /** Endpoints whose price is not known, and which are not part of the sum. */
  readonly unpriced: readonly string[]
}

/** What a run costs at most, when every answer uses all the output tokens that it may. */
export function estimateCost(
  endpoints: readonly Endpoint[],
  requests: number,
  inputTokens: number,
  outputTokens: number,
  operationOf: (endpoint: string) => Operation = () => 'chat',
): Estimate {
  let usd = 0
  const unpriced: string[] = []
  for (const endpoint of endpoints) {
    const input = benchInput(operationOf(endpoint.id))
    const each = input
      ? estimatePrice(endpoint.price, FIXED_INPUT_TOKENS, input.outputTokens, 0, undefined, input.work)
      : estimatePrice(endpoint.price, inputTokens, outputTokens)
    if (each === undefined) unpriced.push(endpoint.id)
    else usd += each * requests
  }
  return { usd, unpriced }
}
