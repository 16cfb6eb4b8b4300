import type {
  AttemptRecord,
  CandidateRecord,
  CheckRecord,
  Exclusion,
  ModelCandidate,
  ModelSelection,
  RequestRecord,
  Usage,
} from './record.ts'

/** A field's name in files and on wires. Complete by type, so that a new field cannot be forgotten. */
type Names<T> = Readonly<Record<keyof T, string>>

const USED: Names<NonNullable<CandidateRecord['used']>> = {
  requests: 'requests',
  tokens: 'tokens',
  rpm: 'rpm',
  tpm: 'tpm',
}
const CANDIDATE: Names<CandidateRecord> = {
  endpoint: 'endpoint',
  model: 'model',
  score: 'score',
  propensity: 'propensity',
  why: 'why',
  ttftMs: 'ttft_ms',
  tokensPerSecond: 'tokens_per_second',
  success: 'success',
  priceUsd: 'price_usd',
  priceRatio: 'price_ratio',
  ttftSd: 'ttft_sd',
  speedSd: 'speed_sd',
  speedN: 'speed_n',
  position: 'position',
  weight: 'weight',
  stall: 'stall',
  cap: 'cap',
  outage: 'outage',
  buffered: 'buffered',
  detectMs: 'detect_ms',
  limited: 'limited',
  lengthRatio: 'length_ratio',
  validA: 'valid_a',
  validB: 'valid_b',
  speedFrom: 'speed_from',
  ttftFrom: 'ttft_from',
  used: 'used',
  // Written last: it changes with every request, and what is before it often does not.
  inFlight: 'in_flight',
}
const MODEL: Names<ModelCandidate> = {
  model: 'model',
  quality: 'quality',
  qualitySd: 'quality_sd',
  drawSd: 'draw_sd',
  overBudget: 'over_budget',
  opinions: 'opinions',
  priceUsd: 'price_usd',
  cost: 'cost',
  propensity: 'propensity',
  prior: 'prior',
  why: 'why',
}
const SELECTION: Names<ModelSelection> = {
  name: 'name',
  task: 'task',
  type: 'type',
  floor: 'floor',
  weight: 'weight',
  exploration: 'exploration',
  by: 'by',
  features: 'features',
  models: 'models',
  checks: 'checks',
}
const CHECK: Names<CheckRecord> = {
  model: 'model',
  check: 'check',
  passed: 'passed',
  reliability: 'reliability',
  opinions: 'opinions',
  expected: 'expected',
  detail: 'detail',
  totalMs: 'total_ms',
  costUsd: 'cost_usd',
  next: 'next',
  chance: 'chance',
  escalated: 'escalated',
}
const EXCLUSION: Names<Exclusion> = { endpoint: 'endpoint', model: 'model', reason: 'reason', detail: 'detail' }
const USAGE: Names<Usage> = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  reasoningTokens: 'reasoning_tokens',
  imageInputTokens: 'image_input_tokens',
  audioInputTokens: 'audio_input_tokens',
  imageOutputTokens: 'image_output_tokens',
  audioOutputTokens: 'audio_output_tokens',
  images: 'images',
  imageSize: 'image_size',
  quality: 'quality',
  seconds: 'seconds',
  characters: 'characters',
  documents: 'documents',
  pages: 'pages',
  searches: 'searches',
  loadMs: 'load_ms',
  serviceTier: 'service_tier',
  costUsd: 'cost_usd',
}
const ATTEMPT: Names<AttemptRecord> = {
  endpoint: 'endpoint',
  kind: 'kind',
  startMs: 'start_ms',
  totalMs: 'total_ms',
  status: 'status',
  ttftMs: 'ttft_ms',
  usage: 'usage',
  costUsd: 'cost_usd',
  finishReason: 'finish_reason',
  requestId: 'request_id',
  brokenEvents: 'broken_events',
  message: 'message',
  byok: 'byok',
}
const RECORD: Names<RequestRecord> = {
  id: 'id',
  time: 'time',
  requestedModel: 'requested_model',
  model: 'model',
  operation: 'operation',
  wire: 'wire',
  class: 'class',
  stream: 'stream',
  strategy: 'strategy',
  configVersion: 'config_version',
  inputTokensEstimate: 'input_tokens_estimate',
  outputTokensEstimate: 'output_tokens_estimate',
  seed: 'seed',
  valueOfTime: 'value_of_time',
  placedBy: 'placed_by',
  kind: 'kind',
  delivered: 'delivered',
  upstreamId: 'upstream_id',
  requestId: 'request_id',
  traceparent: 'traceparent',
  client: 'client',
  totalMs: 'total_ms',
  overheadMs: 'overhead_ms',
  selection: 'selection',
  candidates: 'candidates',
  excluded: 'excluded',
  attempts: 'attempts',
}

/** The fields of one kind of object, in the order in which they are written. */
export type Fields = readonly Field[]

export interface Field {
  /** In the code, and in files and on wires. */
  readonly code: string
  readonly file: string
  /** Of an object, or of each object of a list. */
  readonly inner?: Fields
}

function fields(names: Readonly<Record<string, string>>, inner: Readonly<Record<string, Fields>> = {}): Fields {
  return Object.entries(names).map(([code, file]) => ({ code, file, ...(inner[code] && { inner: inner[code] }) }))
}

export const CANDIDATE_FIELDS = fields(CANDIDATE, { used: fields(USED) })

/** Of a `RequestRecord`: the one table by which records are written and read. */
export const RECORD_FIELDS = fields(RECORD, {
  selection: fields(SELECTION, { models: fields(MODEL), checks: fields(CHECK) }),
  candidates: CANDIDATE_FIELDS,
  excluded: fields(EXCLUSION),
  attempts: fields(ATTEMPT, { usage: fields(USAGE) }),
})
