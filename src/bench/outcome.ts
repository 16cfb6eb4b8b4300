import { classOf } from '../outcomes/cells/class-of.ts'
import type { Outcome } from '../outcomes/types.ts'
import { isStreamed } from './inputs.ts'
import { type Sample, sampleSpeed } from './summary.ts'

/** A measurement as the router records its own traffic. `inputTokens` is an estimate for answers without usage. */
export function outcomeOf({ endpoint, at, attempt, operation = 'chat' }: Sample, inputTokens: number): Outcome {
  const speed = sampleSpeed({ attempt, operation })
  return {
    endpoint,
    class: classOf(operation, attempt.usage?.inputTokens ?? inputTokens, false),
    kind: attempt.kind,
    at,
    stream: isStreamed(operation),
    totalMs: attempt.totalMs,
    ...(attempt.ttftMs !== undefined && { ttftMs: attempt.ttftMs }),
    ...(speed !== undefined && { tokensPerSecond: speed }),
    ...(attempt.usage && { usage: attempt.usage }),
    ...(attempt.costUsd !== undefined && { costUsd: attempt.costUsd }),
  }
}
