import { kept, redact } from '../../base/redact.ts'
import type { Writable } from '../../base/writable.ts'
import { unlistedPrice } from '../../outcomes/estimates/cost.ts'
import { speedOf } from '../../outcomes/speed.ts'
import type { AttemptRecord, Outcome, Usage } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import { expectedOutput } from '../plan/expected-tokens.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import { isOfAccount } from '../resolve/own-accounts.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { AttemptContext } from './context.ts'
import { isDoubtful } from './fault-of.ts'

/** A limit of the output with which an answer is short because it has to be. */
const BRIEF_TOKENS = 16
/** Characters of what an upstream says and the record keeps. */
const MAX_ID_LENGTH = 256
const MAX_REASON_LENGTH = 64

/**
 * What is assigned to an object literal later goes into a list beside it, which is made anew as it grows. Of a class V8
 * makes room for it.
 */
class Attempted implements AttemptRecord {
  readonly endpoint: string
  readonly kind: AttemptRecord['kind']
  readonly startMs: number
  readonly totalMs: number

  constructor(endpoint: string, kind: AttemptRecord['kind'], startMs: number, totalMs: number) {
    this.endpoint = endpoint
    this.kind = kind
    this.startMs = startMs
    this.totalMs = totalMs
  }
}

class AttemptOutcome implements Outcome {
  readonly endpoint: string
  readonly class: string
  readonly kind: Outcome['kind']
  readonly at: number
  readonly stream: boolean
  readonly totalMs: number

  constructor({ endpoint, kind, totalMs }: AttemptRecord, workload: string, stream: boolean, at: number) {
    this.endpoint = endpoint
    this.class = workload
    this.kind = kind
    this.at = at
    this.stream = stream
    this.totalMs = totalMs
  }
}

/**
 * The record of an attempt; what it means for beliefs is recorded with it. `lost`: it was cancelled since another one
 * answered first.
 */
export function recordAttempt(
  context: AttemptContext,
  planned: PlannedRoute,
  result: AttemptResult,
  startMs: number,
  lost: boolean,
): AttemptRecord {
  const { core, call, inputTokens } = context
  const { route } = planned
  const { endpoint, provider } = route
  const { reading, requestId, status, ttftMs } = result
  const isCount = call.operation === 'counting'
  const usage = isCount ? undefined : (reading?.usage ?? estimatedUsage(inputTokens, context.demand.work, result, lost))
  // What a client's own account is charged is not the operator's.
  const costUsd = usage && !provider.own ? core.books.cost(route, usage) : undefined
  // Assigned, since a spread for each would cost more than all the rest.
  const record: Writable<AttemptRecord> = new Attempted(endpoint.id, result.kind, startMs, result.totalMs)
  if (status !== undefined) record.status = status
  if (requestId !== undefined) record.requestId = kept(requestId, provider.secrets, MAX_ID_LENGTH)
  if (ttftMs !== undefined) record.ttftMs = ttftMs
  if (usage) record.usage = withoutSecretWords(usage, provider.secrets)
  if (costUsd !== undefined) record.costUsd = costUsd
  if (reading?.finishReason !== undefined)
    record.finishReason = kept(reading.finishReason, provider.secrets, MAX_REASON_LENGTH)
  if (reading?.brokenEvents) record.brokenEvents = reading.brokenEvents
  if (result.failure) record.message = messageOf(result, route)
  if (provider.own) record.byok = true
  // It uses nothing up, and says nothing of how fast or how well a model answers.
  if (isCount) return record
  // Another request would have been answered.
  if (result.failure?.about === 'request' || isOfAccount(provider.own, result.kind)) return record
  const { maxOutputTokens: limit } = context.demand
  const listUsd =
    result.kind === 'ok' && reading?.usage && !provider.own ? listPrice(context, planned, reading.usage) : undefined
  const outcome = outcomeOf(record, context.class, call.stream, core.now(), listUsd)
  if (limit !== undefined && limit <= BRIEF_TOKENS) outcome.brief = true
  if (result.kind === 'provider_malformed' && reading?.invalidOutput !== undefined) outcome.invalidOutput = true
  if (isDoubtful(result.kind, status)) outcome.doubtful = true
  core.books.outcome(outcome, planned.model, context.demand.textBytes)
  return record
}

/** The only text in it; it is priced as it came. */
function withoutSecretWords(usage: Usage, secrets: readonly string[]): Usage {
  const { serviceTier, imageSize, quality } = usage
  if (serviceTier === undefined && imageSize === undefined && quality === undefined) return usage
  const clean = (word: string) => kept(word, secrets, MAX_REASON_LENGTH)
  return {
    ...usage,
    ...(serviceTier !== undefined && { serviceTier: clean(serviceTier) }),
    ...(imageSize !== undefined && { imageSize: clean(imageSize) }),
    ...(quality !== undefined && { quality: clean(quality) }),
  }
}

/** Tokens that an attempt took of its endpoint's limits. */
export const tokensTaken = ({ usage }: AttemptRecord, inputTokens: number): number =>
  (usage?.outputTokens ?? 0) + (usage?.inputTokens ?? inputTokens)

/** The upstream's id of an answer, under which a client may ask for it. */
export function upstreamIdOf({ kind, reading }: AttemptResult, { provider }: Route): string | undefined {
  if (reading?.upstreamId === undefined || kind === 'provider_empty') return undefined
  return kept(reading.upstreamId, provider.secrets, MAX_ID_LENGTH)
}

export function messageOf({ failure, kind }: AttemptResult, { provider }: Route): string {
  return failure ? redact(failure.message, provider.secrets) : kind
}

/** What of the record counts in the cells. `listUsd`: see `Outcome`. */
function outcomeOf(
  record: AttemptRecord,
  workload: string,
  stream: boolean,
  at: number,
  listUsd: number | undefined,
): Writable<Outcome> {
  const { totalMs, ttftMs, usage, costUsd } = record
  const outcome: Writable<Outcome> = new AttemptOutcome(record, workload, stream, at)
  if (ttftMs !== undefined) {
    // Loading says how long ago the model was last used, and not how fast it answers.
    outcome.ttftMs = usage?.loadMs === undefined ? ttftMs : Math.max(1, ttftMs - usage.loadMs)
    const speed = speedOf(workload, { stream, usage, ttftMs, totalMs })
    if (speed !== undefined) outcome.tokensPerSecond = speed
  }
  if (usage) outcome.usage = usage
  if (costUsd !== undefined) outcome.costUsd = costUsd
  if (listUsd !== undefined) outcome.listUsd = listUsd
  return outcome
}

/**
 * What the planner expects such a request to cost, had it known the share of the input that came from a cache: that
 * share is a belief of its own.
 */
function listPrice(
  { core, inputTokens, class: workload, demand }: AttemptContext,
  { route, model }: PlannedRoute,
  usage: Usage,
): number | undefined {
  const { books } = core
  const outputTokens = expectedOutput(books, model, workload, demand)
  const reads = usage.cacheReadTokens ?? 0
  const cached = reads > 0 ? (inputTokens * reads) / Math.max(reads, usage.inputTokens ?? 0) : 0
  const price = books.price(route, inputTokens, outputTokens, cached, demand.serviceTier, demand.work)
  return price ?? (usage.costUsd === undefined ? undefined : unlistedPrice(inputTokens, outputTokens, cached))
}

/**
 * What was consumed by an answer that broke off before its usage came: 4 characters a token. One that lost a race, or
 * whose client left before the first token, was asked for nothing less.
 */
function estimatedUsage(
  inputTokens: number,
  work: Usage | undefined,
  { kind, reading, sent }: AttemptResult,
  lost: boolean,
): Usage | undefined {
  if (!reading?.started && !lost && !(kind === 'caller_cancelled' && sent)) return undefined
  return { inputTokens, outputTokens: Math.ceil((reading?.outputChars ?? 0) / 4), ...work }
}
