import { classOf } from '../outcomes/cells/class-of.ts'
import type { Outcome } from '../outcomes/types.ts'
import { type Sample, tokensPerSecond } from './summary.ts'

/** A measurement as the router books its own traffic. `inputTokens` is an estimate for answers without usage. */
export function outcomeOf({ endpoint, at, attempt }: Sample, inputTokens: number): Outcome {
  const speed = tokensPerSecond(attempt)
  return {
    endpoint,
    class: classOf('chat', attempt.usage?.inputTokens ?? inputTokens, false),
    kind: attempt.kind,
    at,
    stream: true,
    totalMs: attempt.totalMs,
    ...(attempt.ttftMs !== undefined && { ttftMs: attempt.ttftMs }),
    ...(speed !== undefined && { tokensPerSecond: speed }),
    ...(attempt.usage && { usage: attempt.usage }),
    ...(attempt.costUsd !== undefined && { costUsd: attempt.costUsd }),
  }
}
