import { RouterError, reasonOf } from '../errors.ts'
import type { AttemptRecord, OutcomeKind, ProviderCall, Usage } from '../plugins/api.ts'
import { kept, redact } from '../redact.ts'
import { Attempt, type AttemptResult } from './attempt.ts'
import type { Route } from './catalogue.ts'
import type { PlannedRoute } from './planner.ts'
import { wireFor } from './planner.ts'
import type { EncodedCall, EncodeOptions, ReadContext } from './ports.ts'
import type { RequestRun } from './request-run.ts'
import { StreamReceiver } from './stream-receiver.ts'
import { impatient } from './timeouts.ts'
import { withTrace } from './trace-headers.ts'
import { WholeReceiver } from './whole-receiver.ts'

/** Characters of what an upstream says and the record keeps. */
const LONGEST_ID = 256
const LONGEST_REASON = 64

/** An attempt under way. */
export interface Launched {
  readonly planned: PlannedRoute
  /** Settles when it has ended and is booked. */
  readonly done: Promise<OutcomeKind>
  /** Another attempt answered first. */
  readonly lost: boolean
  lose(): void
}

/**
 * Begins to try one endpoint: encode, send, receive, commit, book. `onCommit` is called right before the first byte goes to the client.
 * Undefined, with the reason noted, when the request cannot be said in its wire.
 */
export function launch(run: RequestRun, planned: PlannedRoute, onCommit: () => void): Launched | undefined {
  const { engine, call } = run
  const { route } = planned
  const { adapter } = route.provider
  const startMs = run.startMs()
  const wire = wireFor(engine.codec, call, route)!
  const encoded = encode(run, planned, wire)
  if (!encoded) return undefined
  const context: ReadContext = {
    call,
    wire,
    provider: route.provider.id,
    model: route.endpoint.model,
    inputTokens: run.inputTokens,
    cost: (usage) => engine.books.cost(route, usage),
  }
  const number = run.begin()
  let committed = false
  const commit = () => {
    committed = true
    run.committed = true
    onCommit()
    engine.health.answered(ticket, engine.now())
    run.sink.start({
      status: 200,
      contentType: call.stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
      endpoint: route.endpoint.id,
      attempts: number,
      overheadMs: run.overheadMs,
      generationId: call.id,
    })
  }
  const stream = call.stream
    ? new StreamReceiver({
        reading: engine.codec.stream('sse', context),
        ...(engine.codec.hasEvents(wire) && { unfold: (bytes: Buffer) => engine.codec.unfold(bytes, context) }),
        sink: run.sink,
        commit,
      })
    : undefined
  const receiver = stream ?? new WholeReceiver((bytes) => engine.codec.whole(bytes, context))

  const now = engine.now()
  engine.limits.book(route.endpoint.id, route.limits, run.inputTokens, now)
  const ticket = engine.health.begin(route.endpoint.id, now, Math.exp(planned.candidate.ttft.mean))
  const timeouts = run.timeouts(route.timeouts)
  const attempt = new Attempt({
    adapter,
    prepare: () => {
      const prepared = adapter.prepare(providerCall(run, encoded), route.endpoint)
      return route.provider.traceHeaders ? withTrace(prepared, call) : prepared
    },
    stream: call.stream,
    transport: engine.transport.through(route.provider.connection),
    wheel: engine.wheel,
    timeouts: number === 1 && planned.patienceMs !== undefined ? impatient(timeouts, planned.patienceMs) : timeouts,
    dueMs: route.timeouts ? call.arrivedMs + timeouts.totalMs : run.dueMs,
    receiver,
  })
  run.inFlight.add(attempt.start())
  if (run.sink.closed) attempt.cancel('the client went away')
  let lost = false
  const finish = async () => {
    const result = await attempt.result
    run.inFlight.delete(attempt)
    engine.health.end(ticket, result.kind, engine.now(), result.failure?.retryAfterMs)
    book(run, planned, result, startMs, lost)
    if (lost) return result.kind
    if (result.kind === 'caller_cancelled') {
      // Gone already, or too slow to be told.
      run.sink.abort()
      return result.kind
    }
    if (result.kind === 'ok' && !stream) commitWhole(commit, run, receiver as WholeReceiver)
    else if (committed) finishStream(run, stream!, result, route)
    return result.kind
  }
  const done = finish()
  // Whoever awaits it hears of it; if nobody does any more, it must not end the process.
  done.catch(() => {})
  return {
    planned,
    done,
    get lost() {
      return lost
    },
    lose: () => {
      if (!run.inFlight.has(attempt)) return
      lost = true
      attempt.cancel('another endpoint answered first')
    },
  }
}

function commitWhole(commit: () => void, run: RequestRun, receiver: WholeReceiver): void {
  commit()
  run.sink.end(receiver.reading!.body)
}

/** Ends a committed stream; a failure is told in-band, never as a silent end. */
function finishStream(run: RequestRun, { reading }: StreamReceiver, result: AttemptResult, route: Route): void {
  if (result.kind !== 'ok') {
    const message = messageOf(result, route) ?? result.kind
    const error = { status: 502, type: 'provider_unavailable', message: `The answer broke off: ${message}`, endpoint: route.endpoint.id }
    for (const bytes of reading.fail(error)) run.sink.write(bytes)
  }
  run.sink.end()
}

function encode(run: RequestRun, planned: PlannedRoute, wire: string): EncodedCall | undefined {
  try {
    return run.engine.codec.encode(run.call, wire, encodeOptions(planned.route))
  } catch (error) {
    run.exclude(planned, unsayable(error))
    return undefined
  }
}

/** The same object for a route each time, so that a codec can keep what it derives from it. */
const ENCODE_OPTIONS = new WeakMap<Route, EncodeOptions>()

function encodeOptions(route: Route): EncodeOptions {
  let options = ENCODE_OPTIONS.get(route)
  if (!options) {
    const { endpoint, provider } = route
    options = {
      upstreamModel: endpoint.model,
      maker: `${provider.id}/${endpoint.model}`,
      streamUsage: provider.adapter.streamUsage ?? true,
      routingFields: provider.adapter.routingFields ?? false,
      ...(endpoint.maxOutputTokens !== undefined && { maxOutputTokens: endpoint.maxOutputTokens }),
    }
    ENCODE_OPTIONS.set(route, options)
  }
  return options
}

function unsayable(error: unknown): RouterError {
  if (error instanceof RouterError) return error
  // Deep nesting overflows the stack of whoever walks it.
  if (error instanceof RangeError) return new RouterError('ROUTER_TOO_DEEP')
  return new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) }, { cause: error })
}

function providerCall(run: RequestRun, encoded: EncodedCall): ProviderCall {
  const { call } = run
  return {
    id: call.id,
    operation: call.operation,
    wire: encoded.wire,
    stream: call.stream,
    contentType: call.contentType,
    headers: call.headers,
    body: encoded.body,
    json: () => encoded.json(),
  }
}

/** Into the attempt list of the record, and into the cells. */
function book(run: RequestRun, planned: PlannedRoute, result: AttemptResult, startMs: number, lost: boolean): void {
  const { engine, call } = run
  const { route } = planned
  const { reading } = result
  const usage = reading?.usage ?? estimatedUsage(run, result, lost)
  const costUsd = usage && engine.books.cost(route, usage)
  const listUsd = result.kind === 'ok' && reading?.usage ? listPrice(run, planned, reading.usage) : undefined
  const message = messageOf(result, route)
  const { secrets } = route.provider
  if (reading?.upstreamId !== undefined && !lost && result.kind !== 'provider_empty')
    run.upstreamId = kept(reading.upstreamId, secrets, LONGEST_ID)
  const record: AttemptRecord = {
    endpoint: route.endpoint.id,
    kind: result.kind,
    startMs,
    totalMs: result.totalMs,
    ...(result.status !== undefined && { status: result.status }),
    ...(result.requestId !== undefined && { requestId: kept(result.requestId, secrets, LONGEST_ID) }),
    ...(result.ttftMs !== undefined && { ttftMs: result.ttftMs }),
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
    ...(reading?.finishReason !== undefined && { finishReason: kept(reading.finishReason, secrets, LONGEST_REASON) }),
    ...(reading?.brokenEvents && { brokenEvents: reading.brokenEvents }),
    ...(message !== undefined && { message }),
  }
  run.endAttempt(record, result.failure?.retryAfterMs)
  const now = engine.now()
  const tokens = (usage?.outputTokens ?? 0) + (usage?.inputTokens ?? run.inputTokens) - run.inputTokens
  engine.limits.bookTokens(route.endpoint.id, route.limits, tokens, now)
  engine.books.outcome(
    {
      endpoint: route.endpoint.id,
      class: run.class,
      kind: result.kind,
      at: now,
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
}

/** What the planner expects such a request to cost, had it known the share of the input that came from a cache: that share is a belief of its own. */
function listPrice(
  { engine, inputTokens, class: workload, demand }: RequestRun,
  { route, model }: PlannedRoute,
  usage: Usage,
): number | undefined {
  const outputTokens = Math.min(engine.books.expectedOutput(model, workload), demand.maxOutputTokens ?? Number.POSITIVE_INFINITY)
  const reads = usage.cacheReadTokens ?? 0
  const cached = reads > 0 ? (inputTokens * reads) / Math.max(reads, usage.inputTokens ?? 0) : 0
  return engine.books.price(route, inputTokens, outputTokens, cached)
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

/** What was consumed by an answer that broke off before its usage came: 4 characters a token. One that lost a race was asked for nothing less. */
function estimatedUsage(run: RequestRun, { reading }: AttemptResult, lost: boolean): Usage | undefined {
  if (!reading?.started && !lost) return undefined
  return { inputTokens: run.inputTokens, outputTokens: Math.ceil((reading?.outputChars ?? 0) / 4) }
}

function messageOf(result: AttemptResult, route: Route): string | undefined {
  return result.failure && redact(result.failure.message, route.provider.secrets)
}
