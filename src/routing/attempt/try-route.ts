import { RouterError, reasonOf } from '../../base/errors.ts'
import type { OutcomeKind, ProviderCall } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { FaultDetails } from '../health/operation-health.ts'
import { expectedTokens } from '../plan/expected-tokens.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import { wireFor } from '../plan/planner.ts'
import type { EncodedCall, ReadContext } from '../ports.ts'
import type { RequestRun } from '../run/request-run.ts'
import { healthOf } from '../state/state.ts'
import { withTrace } from '../upstream/trace-headers.ts'
import { Attempt } from './attempt.ts'
import type { AttemptResult } from './attempt-result.ts'
import { encodeOptions } from './encode-options.ts'
import { messageOf, recordAttempt } from './record-attempt.ts'
import { StreamReceiver } from './stream-receiver.ts'
import { impatient } from './timeouts.ts'
import { WholeReceiver } from './whole-receiver.ts'

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
  const { names } = encoded
  const context: ReadContext = {
    call,
    wire,
    provider: route.provider.id,
    model: route.endpoint.model,
    inputTokens: run.inputTokens,
    cost: (usage) => engine.books.cost(route, usage),
    ...(names && { renamed: { names, request: encoded.json() } }),
  }
  run.begun += 1
  let committed = false
  const commit = () => {
    committed = true
    run.committed = true
    onCommit()
    health.answered(ticket, engine.now())
    run.sink.start({
      status: 200,
      contentType: call.stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
      endpoint: route.endpoint.id,
      attempts: run.begun,
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
        isLastChance: () => run.isLastChance,
      })
    : undefined
  const receiver = stream ?? new WholeReceiver((bytes) => engine.codec.whole(bytes, context))

  const now = engine.now()
  const health = healthOf(engine.state, call.operation)
  const { limits } = engine.state
  const isCount = call.operation === 'counting'
  const expected = expectedTokens(engine.books, planned.model, run)
  const reserved = isCount ? undefined : limits.reserve(route.endpoint.id, route.limits, expected, now)
  const ticket = health.begin(route.endpoint.id, now, Math.exp(planned.candidate.ttft.mean), call.operation)
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
    timeouts: run.begun === 1 && planned.patienceMs !== undefined ? impatient(timeouts, planned.patienceMs) : timeouts,
    dueMs: route.timeouts ? call.arrivedMs + timeouts.totalMs : run.dueMs,
    receiver,
  })
  run.inFlight.add(attempt.start())
  if (run.sink.closed) attempt.cancel('the client went away')
  let lost = false
  const finish = async () => {
    const result = await attempt.result
    run.inFlight.delete(attempt)
    health.end(ticket, result.kind, engine.now(), faultOf(run, planned, result))
    const invalid = result.kind === 'ok' ? result.reading?.invalidOutput : undefined
    // The endpoint is well: what its model wrote is held against the quality of its answers only.
    const recorded = invalid === undefined ? result : { ...result, ...invalidOutput(invalid) }
    const taken = recordAttempt(run, planned, recorded, startMs, lost)
    if (reserved) limits.settle(route.endpoint.id, reserved, taken, engine.now())
    if (lost) return recorded.kind
    if (result.kind === 'caller_cancelled') {
      // Gone already, or too slow to be told.
      run.sink.abort()
      return result.kind
    }
    const deliver = () => (stream ? deliverHeld(run, stream) : commitWhole(commit, run, receiver as WholeReceiver))
    if (invalid !== undefined && !committed) run.keep(planned, deliver)
    else if (result.kind === 'ok' && !stream) deliver()
    else if (committed) finishStream(run, stream!, result, route)
    if (invalid !== undefined && committed) run.delivered = true
    return recorded.kind
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

/** Named by its text, a model that is missing is the endpoint's fault, whatever the adapter made of it. */
function faultOf(run: RequestRun, { endpoint }: PlannedRoute, { kind, failure }: AttemptResult): FaultDetails | undefined {
  if (!failure) return undefined
  const named = kind === 'provider_not_found' && failure.about === undefined && failure.message.includes(endpoint.model)
  return {
    retryAfterMs: failure.retryAfterMs,
    about: named ? 'endpoint' : failure.about,
    witness: `${run.account} ${run.description.fingerprint()}`,
  }
}

const invalidOutput = (message: string) => ({ kind: 'provider_malformed', failure: { kind: 'provider_malformed', message } }) as const

function deliverHeld(run: RequestRun, stream: StreamReceiver): void {
  stream.deliver()
  run.sink.end()
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
    run.exclude(planned, notTranslatable(error))
    return undefined
  }
}

function notTranslatable(error: unknown): RouterError {
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
