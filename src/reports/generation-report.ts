import { type AttemptRecord, type JsonObject, type Operation, type RequestRecord, recordToRow } from '../plugins/api.ts'

/** OpenRouter's `GET /generation` for one request, and beside it our own account: candidates, exclusions, attempts. */
export function generationReport(record: RequestRecord): JsonObject {
  const row = recordToRow(record)
  // Of two that answered, the client got the later one's.
  const answered = record.kind === 'ok' ? record.attempts.findLast(({ kind }) => kind === 'ok') : undefined
  const last = answered ?? record.attempts.at(-1)
  const usage = last?.usage
  const cost = record.attempts.reduce((sum, attempt) => sum + (attempt.costUsd ?? 0), 0)
  return {
    id: record.id,
    upstream_id: record.upstreamId ?? null,
    model: record.model,
    provider_name: last ? providerOf(last) : null,
    router: record.strategy,
    api_type: API_TYPES[record.operation] ?? 'completions',
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
    native_tokens_completion_images: usage?.imageOutputTokens ?? null,
    usage: cost,
    total_cost: cost,
    upstream_inference_cost: cost,
    cache_discount: null,
    is_byok: last?.byok === true,
    provider_responses: record.attempts.map((attempt) => ({
      endpoint_id: attempt.endpoint,
      provider_name: providerOf(attempt),
      model_permaslug: attempt.endpoint,
      status: attempt.status ?? null,
      latency: Math.round(attempt.totalMs),
      is_byok: attempt.byok === true,
    })),
    ...NOT_OURS,
    num_media_completion: usage?.images ?? null,
    service_tier: usage?.serviceTier ?? null,
    request_id: record.requestId ?? null,
    traceparent: record.traceparent ?? null,
    outcome: record.kind,
    requested_model: record.requestedModel,
    class: record.class,
    strategy: record.strategy,
    value_of_time: record.valueOfTime ?? null,
    config_version: record.configVersion,
    overhead_ms: record.overheadMs,
    total_ms: record.totalMs,
    selection: row.selection ? selectionReport(row.selection as Selection) : null,
    candidates: (row.candidates as Row[]).map((candidate) => ({ ...ORDINARY_CANDIDATE, ...candidate })),
    excluded: record.excluded,
    attempts: (row.attempts as Row[]).map(attemptReport),
  }
}

/** OpenRouter's name of what is asked for, where it is no text. */
const API_TYPES: Readonly<Partial<Record<Operation, string>>> = {
  embedding: 'embeddings',
  image: 'image',
  image_edit: 'image',
  speech: 'tts',
  transcription: 'stt',
  translation: 'stt',
  rerank: 'rerank',
}

/** Fields of OpenRouter's that have no meaning here; its clients' parsers want them. */
const NOT_OURS = {
  app_id: null,
  data_region: 'global',
  external_user: null,
  http_referer: null,
  num_fetches: null,
  num_input_audio_prompt: null,
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

/** What the record leaves out, because nothing is special about it or nothing is known. */
const ORDINARY_CANDIDATE = {
  price_usd: null,
  price_ratio: 1,
  ttft_sd: null,
  speed_sd: null,
  weight: 1,
  stall: 1,
  in_flight: 0,
  cap: null,
  outage: false,
  buffered: false,
  detect_ms: null,
  limited: 0,
}
const ORDINARY_ATTEMPT = {
  status: null,
  ttft_ms: null,
  cost_usd: null,
  finish_reason: null,
  request_id: null,
  broken_events: 0,
  message: null,
}

/** What is used beside tokens, shown where there is any. */
const WORK = [
  'images',
  'image_size',
  'quality',
  'seconds',
  'characters',
  'documents',
  'pages',
  'searches',
  'load_ms',
] as const

type Row = Readonly<Record<string, unknown>>

function attemptReport({ kind, usage, ...attempt }: Row): Row {
  const used = (usage ?? {}) as Row
  const { input_tokens = null, output_tokens = null } = used
  const work = Object.fromEntries(WORK.filter((name) => used[name] !== undefined).map((name) => [name, used[name]]))
  return { ...ORDINARY_ATTEMPT, ...attempt, outcome: kind, input_tokens, output_tokens, ...work }
}

type Selection = Row & { readonly models: readonly Row[] }

const selectionReport = ({ models, ...rest }: Selection) => ({
  ...rest,
  models: models.map((model) => ({ price_usd: null, ...model })),
})

const providerOf = (attempt: AttemptRecord) => attempt.endpoint.slice(0, attempt.endpoint.indexOf('/'))

const whole = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms))
