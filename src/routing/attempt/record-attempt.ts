import { kept, redact } from '../../base/redact.ts'
import { unlistedPrice } from '../../outcomes/estimates/cost.ts'
import type { AttemptRecord, Usage } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { expectedOutput } from '../plan/expected-tokens.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { RequestRun } from '../run/request-run.ts'
import type { AttemptResult } from './attempt-result.ts'

/** Characters of what an upstream says and the record keeps. */
const MAX_ID_LENGTH = 256
const MAX_REASON_LENGTH = 64

/** Into the attempt list of the record, and into the cells. Gives the tokens that it took. */
export function recordAttempt(run: RequestRun, planned: PlannedRoute, result: AttemptResult, startMs: number, lost: boolean): number {
  const { engine, call } = run
  const { route } = planned
  const { reading } = result
  const isCount = call.operation === 'counting'
  const usage = isCount ? undefined : (reading?.usage ?? estimatedUsage(run, result, lost))
  const costUsd = usage && engine.books.cost(route, usage)
  const listUsd = result.kind === 'ok' && reading?.usage ? listPrice(run, planned, reading.usage) : undefined
  const message = messageOf(result, route)
  const { secrets } = route.provider
  if (reading?.upstreamId !== undefined && !lost && result.kind !== 'provider_empty')
    run.upstreamId = kept(reading.upstreamId, secrets, MAX_ID_LENGTH)
  const record: AttemptRecord = {
    endpoint: route.endpoint.id,
    kind: result.kind,
    startMs,
    totalMs: result.totalMs,
    ...(result.status !== undefined && { status: result.status }),
    ...(result.requestId !== undefined && { requestId: kept(result.requestId, secrets, MAX_ID_LENGTH) }),
    ...(result.ttftMs !== undefined && { ttftMs: result.ttftMs }),
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
    ...(reading?.finishReason !== undefined && { finishReason: kept(reading.finishReason, secrets, MAX_REASON_LENGTH) }),
    ...(reading?.brokenEvents && { brokenEvents: reading.brokenEvents }),
    ...(message !== undefined && { message }),
  }
  run.endAttempt(record, result.failure?.retryAfterMs)
  const tokens = (usage?.outputTokens ?? 0) + (usage?.inputTokens ?? run.inputTokens)
  // It uses nothing up, and says nothing of how fast or how well a model answers.
  if (isCount) return tokens
  // Another request would have been answered.
  if (result.failure?.about === 'request') return tokens
  engine.books.outcome(
    {
      endpoint: route.endpoint.id,
      class: run.class,
      kind: result.kind,
      at: engine.now(),
      stream: call.stream,
      totalMs: result.totalMs,
      ...times(result, usage, call.stream),
      ...(usage && { usage }),
      ...(costUsd !== undefined && { costUsd }),
      ...(listUsd !== undefined && { listUsd }),
    },
    planned.model,
    run.demand.textBytes,
  )
  return tokens
}

/** What the planner expects such a request to cost, had it known the share of the input that came from a cache: that share is a belief of its own. */
function listPrice(
  { engine, inputTokens, class: workload, demand }: RequestRun,
  { route, model }: PlannedRoute,
  usage: Usage,
): number | undefined {
  const outputTokens = expectedOutput(engine.books, model, workload, demand)
  const reads = usage.cacheReadTokens ?? 0
  const cached = reads > 0 ? (inputTokens * reads) / Math.max(reads, usage.inputTokens ?? 0) : 0
  const price = engine.books.price(route, inputTokens, outputTokens, cached, demand.serviceTier)
  return price ?? (usage.costUsd === undefined ? undefined : unlistedPrice(inputTokens, outputTokens, cached))
}

/** Time to the first token and tokens per second after it; of a whole answer only the time to all of it is known. */
function times(
  { ttftMs, totalMs }: AttemptResult,
  usage: Usage | undefined,
  stream: boolean,
): { ttftMs?: number; tokensPerSecond?: number } {
  if (ttftMs === undefined) return {}
  const tokens = usage?.outputTokens ?? 0
  const generatingMs = totalMs - ttftMs
  return stream && tokens > 1 && generatingMs > 0 ? { ttftMs, tokensPerSecond: ((tokens - 1) * 1000) / generatingMs } : { ttftMs }
}

/**
 * What was consumed by an answer that broke off before its usage came: 4 characters a token. One that lost a race, or whose
 * client left before the first token, was asked for nothing less.
 */
function estimatedUsage(run: RequestRun, { kind, reading, sent }: AttemptResult, lost: boolean): Usage | undefined {
  if (!reading?.started && !lost && !(kind === 'caller_cancelled' && sent)) return undefined
  return { inputTokens: run.inputTokens, outputTokens: Math.ceil((reading?.outputChars ?? 0) / 4) }
}

export function messageOf(result: AttemptResult, route: Route): string | undefined {
  return result.failure && redact(result.failure.message, route.provider.secrets)
}
