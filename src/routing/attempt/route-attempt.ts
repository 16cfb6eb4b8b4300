import type { IncomingHttpHeaders } from 'node:http'
import type { DeadlineWheel } from '../../base/deadline-wheel.ts'
import { thrown } from '../../base/errors.ts'
import type { Soon } from '../../base/soon.ts'
import type { Timeouts } from '../../config/types.ts'
import type { AttemptRecord, ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import type { EncodedCall, WholeReading } from '../codec.ts'
import { keeperOf } from '../conversation/owners.ts'
import type { Ticket } from '../health/endpoint-health.ts'
import type { Reservation } from '../health/limits.ts'
import { hasLimits } from '../plan/eligibility.ts'
import { expectedTokens } from '../plan/expected-tokens.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { ClientSink } from '../ports.ts'
import { type EngineState, healthOf } from '../state/state.ts'
import { withHeaders } from '../upstream/own-headers.ts'
import { noteTokens } from '../upstream/sent-tokens.ts'
import { SocketLine } from '../upstream/socket-line.ts'
import { withTrace } from '../upstream/trace-headers.ts'
import type { Line } from '../upstream/transport.ts'
import { AnswerContext } from './answer-context.ts'
import { answerHead } from './answer-head.ts'
import { Attempt } from './attempt.ts'
import type { AttemptOwner } from './attempt-owner.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { BodyReceiver, Flow } from './body-receiver.ts'
import type { AttemptContext } from './context.ts'
import { CopyingReceiver } from './copying-receiver.ts'
import { callToSend, encodeFor } from './encode-call.ts'
import { faultOf } from './fault-of.ts'
import { ofOwnAccount } from './own-account.ts'
import { messageOf, recordAttempt, tokensTaken, upstreamIdOf } from './record-attempt.ts'
import { StreamReceiver } from './stream-receiver.ts'
import { impatient, patientWith } from './timeouts.ts'
import { UploadAttempt } from './upload-attempt.ts'
import { WholeReceiver } from './whole-receiver.ts'

/** Who began the attempt, and perhaps others beside it. */
export interface AttemptListener {
  /** Attempts of the request begun so far. */
  readonly begun: number
  /** Of the router itself, until this attempt began. */
  readonly overheadMs: number
  /** Nobody else can be asked. */
  readonly isLastChance: boolean
  /** Right before the first byte goes to the client. */
  onCommit(attempt: RouteAttempt): void
  /** `record` is there. `error`: a defect of the router's own, which has no record. */
  onEnd(attempt: RouteAttempt, error?: unknown): void
}

/** Tries one endpoint: encode, send, receive, commit, record. */
export class RouteAttempt implements AttemptOwner {
  readonly planned: PlannedRoute
  readonly timeouts: Timeouts
  readonly dueMs: number
  /** Another attempt answered first. */
  lost = false
  committed = false
  /** What came of it, once it has ended. */
  record: AttemptRecord | undefined
  retryAfterMs: number | undefined
  /** The upstream's id of its answer. */
  upstreamId: string | undefined
  /**
   * It answered, and what its model wrote is not what was asked for. Unless `committed`, the answer waits for
   * `deliver`.
   */
  isInvalid = false
  /** It answered, and its answer is to be checked: it waits for `deliver`. */
  isHeld = false
  readonly #context: AttemptContext
  readonly #listener: AttemptListener
  readonly #startMs = performance.now()
  readonly #encoded: EncodedCall
  readonly #health: EngineState['health']
  readonly #ticket: Ticket
  readonly #reserved: Reservation | undefined
  readonly #attempt: Attempt
  #reading: AnswerContext | undefined
  #stream: StreamReceiver | undefined
  #whole: WholeReceiver | undefined
  #copy: CopyingReceiver | undefined

  /** Throws a RouterError when the request cannot be said in the endpoint's wire; then nothing has begun. */
  constructor(context: AttemptContext, planned: PlannedRoute, listener: AttemptListener) {
    const { core, call } = context
    const { route } = planned
    this.#context = context
    this.#listener = listener
    this.planned = planned
    this.#encoded = encodeFor(context, planned)
    const timeouts = patientWith(context.timeouts(route.timeouts), call)
    this.timeouts =
      planned.patienceMs === undefined || listener.isLastChance ? timeouts : impatient(timeouts, planned.patienceMs)
    this.dueMs = route.timeouts ? call.arrivedMs + timeouts.totalMs : context.dueMs
    const now = core.now()
    this.#health = healthOf(core.state, call.operation, route.provider.own)
    if (call.operation !== 'counting' && hasLimits(route)) {
      const expected = expectedTokens(core.books, planned.model, context)
      this.#reserved = core.state.limits.reserve(route.endpoint.id, route.limits, expected, now)
    }
    this.#ticket = this.#health.begin(route.endpoint.id, now, Math.exp(planned.candidate.ttft.mean), call.operation)
    this.#attempt = call.form ? new UploadAttempt(this) : new Attempt(this)
  }

  /** May end at once. */
  start(): void {
    this.#attempt.start()
    if (this.sink.closed) this.cancel('the client went away')
  }

  cancel(message: string): void {
    this.#attempt.cancel(message)
  }

  stop(message: string): void {
    this.#attempt.stop(message)
  }

  /** Another one answered first. */
  lose(): void {
    if (this.record) return
    this.lost = true
    this.cancel('another endpoint answered first')
  }

  /** The answer that is held back, in the client's wire. */
  get heldBytes(): Buffer {
    return this.#stream?.held ?? this.#whole!.reading!.body
  }

  /** Mean natural logarithm of the chance of a token of its answer, where that was asked for and it says so. */
  get logprob(): number | undefined {
    return this.#copy && this.#context.core.codec.meanLogprob(this.#encoded.wire, this.#copy.bytes)
  }

  /** Sends what was held back because it is invalid, or to be checked. */
  deliver(): void {
    if (this.#copy && !this.committed) {
      const bytes = this.#context.core.codec.withoutLogprobs(this.#context.call, this.heldBytes)
      this.commit()
      this.sink.end(bytes)
    } else if (this.#stream) {
      this.#stream.deliver()
      this.#stream.finish()
    } else {
      this.commit()
      this.sink.end(this.#whole!.reading!.body)
    }
    this.#noteOwner()
  }

  get adapter(): ProviderAdapter {
    return this.planned.route.provider.adapter
  }

  get stream(): boolean {
    return this.#context.call.stream
  }

  get line(): Line {
    const line = this.#context.core.transport.through(this.planned.route.provider.connection)
    const { duplex } = this.#context.call
    return duplex ? new SocketLine(line.connectMs, (url) => line.connect(url), duplex) : line
  }

  get wheel(): DeadlineWheel {
    return this.#context.core.wheel
  }

  prepare(): UpstreamRequest | Promise<UpstreamRequest> {
    const { endpoint, provider, headers } = this.planned.route
    const call = callToSend(this.#context.call, this.#encoded)
    const request = noteTokens(provider, provider.adapter.prepare(call, endpoint))
    const prepared = headers ? withHeaders(request, headers) : request
    return provider.traceHeaders ? withTrace(prepared, this.#context.call) : prepared
  }

  receive({ framing }: UpstreamRequest, headers: IncomingHttpHeaders, flow: Flow): BodyReceiver {
    const { codec } = this.#context.core
    this.#reading = new AnswerContext(this.#context, this.planned, this.#encoded, headers['content-type'])
    if (this.stream) this.#stream = new StreamReceiver(this, codec.stream(framing, this.#reading), headers, flow)
    else this.#whole = new WholeReceiver(this)
    const receiver = (this.#stream ?? this.#whole)!
    if (!this.#context.asksLogprobs) return receiver
    this.#copy = new CopyingReceiver(receiver)
    return this.#copy
  }

  ended(result: AttemptResult): void {
    let defect: unknown
    try {
      this.#finish(ofOwnAccount(result, this.planned.route.provider.own))
    } catch (error) {
      defect = thrown(error)
    }
    this.#listener.onEnd(this, defect)
  }

  #finish(result: AttemptResult): void {
    const { core, call } = this.#context
    const { route } = this.planned
    this.#health.end(this.#ticket, result.kind, core.now(), faultOf(this.#context, this.planned, result))
    const invalid = result.kind === 'ok' ? result.reading?.invalidOutput : undefined
    // The endpoint is well: what its model wrote is held against the quality of its answers only.
    const judged = invalid === undefined ? result : asInvalid(result, invalid)
    this.retryAfterMs = result.failure?.retryAfterMs
    if (!this.lost) this.upstreamId = upstreamIdOf(judged, route)
    const startMs = this.#startMs - call.arrivedMs
    this.record = recordAttempt(this.#context, this.planned, judged, startMs, this.lost)
    if (this.#reserved) this.#settle(this.record, this.#reserved)
    if (this.lost) return
    // Gone already, or too slow to hear anything.
    if (result.kind === 'caller_cancelled') {
      this.sink.abort()
      // It may be asked for its answer in the background.
      this.#noteOwner()
    } else if (invalid !== undefined && !this.committed) this.isInvalid = true
    else {
      this.isInvalid = invalid !== undefined
      if (result.kind === 'ok' && this.holdsBack && !this.committed) this.isHeld = true
      else if (result.kind === 'ok' && !call.stream) this.deliver()
      else if (this.committed) {
        this.#endStream(result)
        this.#noteOwner()
      }
    }
  }

  /** What is kept upstream of a native answer is to be found there by its ids. */
  #noteOwner(): void {
    const { account, call, core } = this.#context
    const ids = this.#encoded.wire === call.wire ? (this.#stream ?? this.#whole)?.reading?.keptIds : undefined
    if (ids) core.state.owners.set(account, ids, keeperOf(this.planned.endpoint), core.now())
  }

  #settle(record: AttemptRecord, reserved: Reservation): void {
    const { core, inputTokens } = this.#context
    core.state.limits.settle(record.endpoint, reserved, tokensTaken(record, inputTokens), core.now())
  }

  #endStream(result: AttemptResult): void {
    if (result.kind === 'ok') {
      this.#stream!.finish()
      return
    }
    const { route } = this.planned
    const message = `The answer broke off: ${messageOf(result, route)}`
    this.#stream!.finish({ status: 502, type: 'provider_unavailable', message, endpoint: route.endpoint.id })
  }

  // What receivers ask for.

  get sink(): ClientSink {
    return this.#context.answer.sink
  }

  get soon(): Soon {
    return this.#context.core.soon
  }

  get hasEvents(): boolean {
    return this.#context.core.codec.hasEvents(this.#encoded.wire)
  }

  get holdsBack(): boolean {
    return this.#context.holdsBack
  }

  get isLastChance(): boolean {
    return this.#listener.isLastChance
  }

  unfold(bytes: Buffer): Buffer | undefined {
    return this.#context.core.codec.unfold(bytes, this.#reading!)
  }

  readWhole(bytes: Buffer): WholeReading {
    return this.#context.core.codec.whole(bytes, this.#reading!)
  }

  commit(): void {
    const { answer, core } = this.#context
    const { reading } = this.#stream ?? this.#whole!
    this.committed = true
    this.#listener.onCommit(this)
    this.#health.answered(this.#ticket, core.now())
    answer.start(answerHead(this.#context, this.planned, this.#encoded, this.#listener, reading?.contentType))
  }
}

function asInvalid(result: AttemptResult, message: string): AttemptResult {
  const { sent, status, requestId, ttftMs, totalMs, reading } = result
  const kind = 'provider_malformed'
  return { kind, failure: { kind, message }, sent, status, requestId, ttftMs, totalMs, reading }
}
