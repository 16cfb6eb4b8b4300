import {
  type AttemptRecord,
  type CandidateRecord,
  type Exclusion,
  type ModelCandidate,
  type ModelSelection,
  OUTCOME_KINDS,
  type RequestRecord,
  type Usage,
} from '../../plugins/api.ts'

/** A field's name in the file. Complete by type, so that a new field cannot be forgotten. */
type Names<T> = Readonly<Record<keyof T, string>>

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
  inFlight: 'in_flight',
  cap: 'cap',
  outage: 'outage',
  buffered: 'buffered',
  detectMs: 'detect_ms',
  limited: 'limited',
  validA: 'valid_a',
  validB: 'valid_b',
  speedFrom: 'speed_from',
  used: 'used',
}
const SELECTION: Names<ModelSelection> = { name: 'name', task: 'task', floor: 'floor', models: 'models' }
const MODEL: Names<ModelCandidate> = {
  model: 'model',
  quality: 'quality',
  qualitySd: 'quality_sd',
  opinions: 'opinions',
  priceUsd: 'price_usd',
  propensity: 'propensity',
  why: 'why',
}
const EXCLUSION: Names<Exclusion> = { endpoint: 'endpoint', model: 'model', reason: 'reason', detail: 'detail' }
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
}
const USAGE: Names<Usage> = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  reasoningTokens: 'reasoning_tokens',
  serviceTier: 'service_tier',
  costUsd: 'cost_usd',
}

type Row = Record<string, unknown>

/** Renames fields; a nested one goes through `inner`. `flip`: from the file to the code. */
function mapper(names: Readonly<Record<string, string>>, inner: Readonly<Record<string, (value: unknown) => unknown>>, flip: boolean) {
  const fields = Object.entries(names).map(([code, file]) => ({ from: flip ? file : code, to: flip ? code : file, inner: inner[code] }))
  // JSON leaves out what is undefined; writing into a copy with all fields is cheaper than adding one after the other.
  const blank: Row = flip ? {} : Object.fromEntries(fields.map(({ to }) => [to, undefined]))
  return (value: unknown): Row => {
    const row: Row = { ...blank }
    for (const { from, to, inner } of fields) {
      const field = (value as Row)[from]
      if (field !== undefined) row[to] = inner ? inner(field) : field
    }
    return row
  }
}

function recordMapper(flip: boolean) {
  const list = (each: (value: unknown) => Row) => (value: unknown) => (value as unknown[]).map(each)
  const attempt = mapper(ATTEMPT, { usage: mapper(USAGE, {}, flip) }, flip)
  const inner = {
    selection: mapper(SELECTION, { models: list(mapper(MODEL, {}, flip)) }, flip),
    candidates: list(mapper(CANDIDATE, {}, flip)),
    excluded: list(mapper(EXCLUSION, {}, flip)),
    attempts: list(attempt),
  }
  return mapper(RECORD, inner, flip)
}

const toFile = recordMapper(false)
const candidateToFile = mapper(CANDIDATE, {}, false)
const toCode = recordMapper(true)

/** Characters. A line has a few thousand at most, unless a model has hundreds of endpoints. */
const LONG_LINE = 250_000
/** Entries of each list that are kept of a record that would be longer. */
const FEW = 50

/** One line of the decision log, without the line end. Of a record that would be very long only the first entries of its lists are kept. */
export function recordToLine(record: RequestRecord): string {
  const line = JSON.stringify(toFile(record))
  if (line.length <= LONG_LINE) return line
  const { candidates, excluded, attempts } = record
  return JSON.stringify(
    toFile({ ...record, candidates: candidates.slice(0, FEW), excluded: excluded.slice(0, FEW), attempts: attempts.slice(0, FEW) }),
  )
}

/** A candidate as it stands in a line. */
export const candidateJson = (candidate: CandidateRecord): Buffer => Buffer.from(JSON.stringify(candidateToFile(candidate)))

/** Reads a line; undefined when it is torn, or not of a decision log. Unknown fields are left out. */
export function lineToRecord(line: string): RequestRecord | undefined {
  try {
    const row: unknown = JSON.parse(line)
    return isRow(row) ? (toCode(row) as unknown as RequestRecord) : undefined
  } catch {
    return undefined
  }
}

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false
  const row = value as Row
  const objects = (list: unknown) => Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null)
  return (
    typeof row.id === 'string' &&
    typeof row.time === 'number' &&
    typeof row.model === 'string' &&
    (OUTCOME_KINDS as readonly unknown[]).includes(row.kind) &&
    objects(row.candidates) &&
    objects(row.excluded) &&
    objects(row.attempts) &&
    (row.selection === undefined || isSelection(row.selection))
  )
}

const isSelection = (value: unknown) => Array.isArray((value as { models?: unknown } | null)?.models)
