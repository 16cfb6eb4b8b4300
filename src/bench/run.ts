import type { Outcome } from '../outcomes/types.ts'
import type { Operation } from '../plugins/api.ts'
import { outcomeOf } from './outcome.ts'
import { planRounds, runSteps } from './plan.ts'
import { createProbe, type Send } from './probe.ts'
import type { Sample } from './summary.ts'

export interface BenchOptions {
  /** Endpoint ids. */
  readonly endpoints: readonly string[]
  /** Requests to each endpoint. */
  readonly requests: number
  /** Requests under way at once, over all endpoints. */
  readonly concurrency: number
  readonly prompt: string
  /** An estimate, for answers that do not say how long the prompt was. */
  readonly promptTokens: number
  readonly maxOutputTokens: number
  readonly timeoutMs: number
  /** What an endpoint is asked for. Default: chats. */
  readonly operationOf?: (endpoint: string) => Operation
  /** Ends the run early; what has been measured stays. */
  readonly signal: AbortSignal
}

/** The router, as far as a benchmark needs it. */
export interface BenchRouter {
  readonly probe: Send
  record(outcomes: readonly Outcome[]): unknown
}

/**
 * Measures the endpoints, and records what came out as the router's own. Samples are in the order in which they ended.
 */
export async function runBench(
  router: BenchRouter,
  options: BenchOptions,
  onSample: (sample: Sample) => void,
): Promise<Sample[]> {
  const { endpoints, requests, concurrency, promptTokens, signal, operationOf = () => 'chat' } = options
  const samples: Sample[] = []
  const probe = createProbe((...call) => router.probe(...call), options)
  const act = async ({ endpoint, round }: { endpoint: string; round: number }) => {
    const attempt = await probe(endpoint)
    if (attempt === undefined) return
    const sample = { endpoint, round, at: Date.now(), attempt, operation: operationOf(endpoint) }
    samples.push(sample)
    onSample(sample)
  }
  try {
    await runSteps(planRounds(endpoints, requests), concurrency, act, signal)
  } finally {
    await router.record(samples.map((sample) => outcomeOf(sample, promptTokens)))
  }
  return samples
}
