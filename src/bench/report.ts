import { type EndpointSummary, type Sample, type Spread, sampleSpeed, unitOf } from './summary.ts'

/** What `router bench --json` prints: the summaries, and every request in the order in which they ended. */
export function benchReport(summaries: readonly EndpointSummary[], samples: readonly Sample[], run: object): object {
  return {
    ...run,
    endpoints: summaries.map((summary) => ({
      endpoint: summary.endpoint,
      operation: summary.operation,
      ...unitIn(summary),
      requests: summary.requests,
      ok: summary.ok,
      errors: summary.errors,
      ...(summary.lastError !== undefined && { last_error: summary.lastError }),
      ...(summary.ttft && { ttft_ms: spread(summary.ttft) }),
      ...(summary.total && { total_ms: spread(summary.total) }),
      ...(summary.tokensPerSecond && { tokens_per_second: spread(summary.tokensPerSecond) }),
      output_tokens: summary.outputTokens,
      ...(summary.costUsd !== undefined && { cost_usd: summary.costUsd }),
    })),
    samples: samples.map(({ endpoint, round, at, attempt, operation = 'chat' }) => ({
      endpoint,
      round,
      ended_at: new Date(at).toISOString(),
      kind: attempt.kind,
      status: attempt.status,
      ttft_ms: attempt.ttftMs,
      total_ms: attempt.totalMs,
      operation,
      tokens_per_second: sampleSpeed({ attempt, operation }),
      input_tokens: attempt.usage?.inputTokens,
      output_tokens: attempt.usage?.outputTokens,
      cost_usd: attempt.costUsd,
      message: attempt.message,
    })),
  }
}

const spread = ({ n, min, p25, p50, p75, p95, max }: Spread) => ({ n, min, p25, p50, p75, p95, max })

/** What the speed counts, where it is not tokens. */
function unitIn({ operation }: EndpointSummary): { readonly speed_unit?: string } {
  const unit = unitOf(operation)
  return unit ? { speed_unit: unit.name } : {}
}
