import type { Outcome } from '../../../src/outcomes/types.ts'

export const NOW = Date.UTC(2026, 2, 1, 12)
export const CLASS = 'chat.lt1k.plain'

/** A streamed answer of 100 tokens at 50 tokens/s after 500 ms, with whatever is to be different. */
export function outcome(different: Partial<Outcome> = {}): Outcome {
  return {
    endpoint: 'a/m',
    class: CLASS,
    kind: 'ok',
    at: NOW,
    stream: true,
    ttftMs: 500,
    totalMs: 2_500,
    tokensPerSecond: 50,
    usage: { inputTokens: 200, outputTokens: 100, cacheReadTokens: 50 },
    costUsd: 0.001,
    ...different,
  }
}

/** A fault: no times but the total, no usage. */
export function fault(different: Partial<Outcome> = {}): Outcome {
  return { endpoint: 'a/m', class: CLASS, kind: 'provider_error', at: NOW, stream: true, totalMs: 100, ...different }
}
