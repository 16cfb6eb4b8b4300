import type { AttemptRecord, CandidateRecord, JsonObject, ModelSelection, RequestRecord } from '../plugins/api.ts'

/** OpenRouter's `GET /generation` for one request, and beside it our own account: candidates, exclusions, attempts. */
export function generationReport(record: RequestRecord): JsonObject {
  const last = record.attempts.at(-1)
  const usage = last?.usage
  const cost = record.attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? 0), 0)
  return {
    id: record.id,
    upstream_id: record.upstreamId ?? null,
    model: record.model,
    provider_name: last ? providerOf(last) : null,
    router: record.strategy,
    api_type: record.operation === 'embedding' ? 'embeddings' : 'completions',
    streamed: record.stream,
    cancelled: record.kind === 'caller_cancelled',
    finish_reason: last?.finishReason ?? (record.kind === 'ok' ? null : 'error'),
    native_finish_reason: last?.finishReason ?? null,
    created_at: new Date(record.time).toISOString(),
    latency: whole(last?.ttftMs),
    generation_time: whole(last && last.ttftMs !== undefined ? last.totalMs - last.ttftMs : undefined),
    moderation_latency: null,
    tokens_prompt: usage?.inputTokens ?? null,
    tokens_completion: usage?.outputTokens ?? null,
    native_tokens_prompt: usage?.inputTokens ?? null,
    native_tokens_completion: usage?.outputTokens ?? null,
    native_tokens_cached: usage?.cacheReadTokens ?? null,
    native_tokens_reasoning: usage?.reasoningTokens ?? null,
    native_tokens_completion_images: null,
    usage: cost,
    total_cost: cost,
    upstream_inference_cost: cost,
    cache_discount: null,
    is_byok: true,
    provider_responses: record.attempts.map((attempt) => ({
      endpoint_id: attempt.endpoint,
      provider_name: providerOf(attempt),
      model_permaslug: attempt.endpoint,
      status: attempt.status ?? null,
      latency: Math.round(attempt.totalMs),
      is_byok: true,
    })),
    ...NOT_OURS,
    service_tier: usage?.serviceTier ?? null,
    request_id: record.requestId ?? null,
    traceparent: record.traceparent ?? null,
    outcome: record.kind,
    requested_model: record.requestedModel,
    class: record.class,
    strategy: record.strategy,
    config_version: record.configVersion,
    overhead_ms: record.overheadMs,
    total_ms: record.totalMs,
    selection: record.selection ? selectionReport(record.selection) : null,
    candidates: record.candidates.map(candidateReport),
    excluded: record.excluded,
    attempts: record.attempts.map(attemptReport),
  }
}

/** Fields of OpenRouter's that have no meaning here; its clients' parsers want them. */
const NOT_OURS = {
  app_id: null,
  data_region: 'global',
  external_user: null,
  http_referer: null,
  num_fetches: null,
  num_input_audio_prompt: null,
  num_media_completion: null,
  num_media_prompt: null,
  num_search_results: null,
  origin: '',
  preset_id: null,
  response_cache_source_id: null,
  session_id: null,
  user_agent: null,
  web_search_engine: null,
  workspace_id: null,
}

const candidateReport = (candidate: CandidateRecord) => ({
  endpoint: candidate.endpoint,
  model: candidate.model,
  score: candidate.score,
  propensity: candidate.propensity,
  why: candidate.why,
  ttft_ms: candidate.ttftMs,
  tokens_per_second: candidate.tokensPerSecond,
  success: candidate.success,
  price_usd: candidate.priceUsd ?? null,
  price_ratio: candidate.priceRatio ?? 1,
  ttft_sd: candidate.ttftSd ?? null,
  speed_sd: candidate.speedSd ?? null,
  stall: candidate.stall ?? 1,
  in_flight: candidate.inFlight ?? 0,
  cap: candidate.cap ?? null,
  outage: candidate.outage ?? false,
  buffered: candidate.buffered ?? false,
  detect_ms: candidate.detectMs ?? null,
})

const attemptReport = (attempt: AttemptRecord) => ({
  endpoint: attempt.endpoint,
  outcome: attempt.kind,
  status: attempt.status ?? null,
  start_ms: attempt.startMs,
  ttft_ms: attempt.ttftMs ?? null,
  total_ms: attempt.totalMs,
  input_tokens: attempt.usage?.inputTokens ?? null,
  output_tokens: attempt.usage?.outputTokens ?? null,
  cost_usd: attempt.costUsd ?? null,
  finish_reason: attempt.finishReason ?? null,
  request_id: attempt.requestId ?? null,
  broken_events: attempt.brokenEvents ?? 0,
  message: attempt.message ?? null,
})

const selectionReport = ({ models, ...rest }: ModelSelection) => ({
  ...rest,
  models: models.map(({ qualitySd, priceUsd, ...model }) => ({ ...model, quality_sd: qualitySd, price_usd: priceUsd ?? null })),
})

const providerOf = (attempt: AttemptRecord) => attempt.endpoint.slice(0, attempt.endpoint.indexOf('/'))

const whole = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms))
