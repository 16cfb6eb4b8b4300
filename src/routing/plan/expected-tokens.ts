import { workOf } from '../../outcomes/work.ts'
import type { ExpectedTokens } from '../health/limits.ts'
import type { Demand } from '../ports.ts'

interface Outputs {
  expectedOutput(model: string, workload: string): number
}

/**
 * Tokens that a model is expected to write for a request of this class: what is usual, and no more than was asked for.
 */
export const expectedOutput = (
  outputs: Outputs,
  model: string,
  workload: string,
  { maxOutputTokens }: Demand,
): number => Math.min(outputs.expectedOutput(model, workload), maxOutputTokens ?? Number.POSITIVE_INFINITY)

/** What a request of this class is expected to yield, in the unit of its speed: tokens mostly. */
export const expectedWork = (outputs: Outputs, model: string, workload: string, demand: Demand): number =>
  (demand.work && workOf(workload, demand.work)) ?? expectedOutput(outputs, model, workload, demand)

/** What a request is expected to take of an endpoint's tokens per minute. */
export const expectedTokens = (
  outputs: Outputs,
  model: string,
  asked: { readonly class: string; readonly inputTokens: number; readonly demand: Demand },
): ExpectedTokens => ({ input: asked.inputTokens, output: expectedOutput(outputs, model, asked.class, asked.demand) })
