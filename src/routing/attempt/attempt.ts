import type { IncomingHttpHeaders } from 'node:http'
import { codingsOf } from '../../base/content-codings.ts'
import type { Deadline, DeadlineWheel } from '../../base/deadline-wheel.ts'
import { reasonOf } from '../../base/errors.ts'
import type { Timeouts } from '../../config/types.ts'
import type { Failure, OutcomeKind, ProviderAdapter, UpstreamRequest } from '../../plugins/api.ts'
import { wasStale } from '../upstream/connection.ts'
import { Decoding } from '../upstream/decoding.ts'
import { networkFailure, UNASKED_SWITCH } from '../upstream/network-failure.ts'
import type { Controller, ResponseHandler } from '../upstream/response-handler.ts'
import { upstreamRequestId } from '../upstream/trace-headers.ts'
import type { Line } from '../upstream/transport.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { BodyReceiver, ReceivedFailure } from './body-receiver.ts'
import { classify } from './classify.ts'
import { Patience } from './patience.ts'

/** Bytes of an error body that are read; the rest is cut off. */
const ERROR_BODY_LIMIT = 64 * 1024
/** A reused connection that breaks within this time, without a byte, had been given up before the request reached it. */
const STALE_MS = 5000
/** So long an upstream may keep the connection open behind the end marker of a stream, before the client is told that it has ended. */
const ENDED_MS = 500

export interface AttemptInput {
  readonly adapter: ProviderAdapter
  /** What to send; signing may take time. */
  readonly prepare: () => UpstreamRequest | Promise<UpstreamRequest>
  readonly stream: boolean
  readonly transport: Line
  readonly wheel: DeadlineWheel
  readonly timeouts: Timeouts
  /** Monotonic ms at which the whole request must be done. */
  readonly dueMs: number
  /** Takes the body of an answer that is not an error. */
  readonly receiver: BodyReceiver
}

/** One upstream call, from sending to the end of its answer. Settles exactly once, whatever comes later. */
export class Attempt implements ResponseHandler {
  readonly #input: AttemptInput
  readonly #startedMs = performance.now()
  #settle!: (result: AttemptResult) => void
  readonly result: Promise<AttemptResult>
  #settled = false
  #controller: Controller | undefined
  #status: number | undefined
  #headers: IncomingHttpHeaders = {}
  #errorBody: Buffer[] | undefined
  #errorBytes = 0
  readonly #patience: Patience
  readonly #total: Deadline
  #sentMs = 0
  #connecting: Deadline | undefined
  #request: UpstreamRequest | undefined
  #decoding: Decoding | undefined
  /** What the connection broke with while the rest of the body was being decoded. */
  #broken: Error | undefined

  constructor(input: AttemptInput) {
    this.#input = input
    this.result = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#patience = new Patience(input.timeouts, input.stream, input.wheel)
    this.#total = input.wheel.add(input.dueMs - this.#startedMs, () => {
      // The request's own deadline; what was waited for says whose time it was.
      this.#fail({ kind: this.#patience.awaited, message: 'the total time of the request is used up' })
    })
  }

  /** Sends the request. */
  start(): this {
    const unprepared = (error: unknown) =>
      this.#fail({ kind: 'router_error', message: `the request could not be prepared: ${reasonOf(error)}` })
    try {
      const request = this.#input.prepare()
      if (request instanceof Promise) request.then((ready) => this.#send(ready), unprepared)
      else this.#send(request)
    } catch (error) {
      unprepared(error)
    }
    return this
  }

  /** Stops the upstream call because the client is gone or too slow. */
  cancel(message: string): void {
    this.#fail({ kind: 'caller_cancelled', message })
  }

  /** Stops it for a reason of the router's own. */
  stop(message: string): void {
    this.#fail({ kind: 'router_error', message })
  }

  #send(request: UpstreamRequest): void {
    if (this.#settled) return
    this.#request = request
    this.#patience.start((failure) => this.#timeOut(failure))
    this.#dispatch(request)
  }

  #dispatch(request: UpstreamRequest): void {
    this.#sentMs = performance.now()
    const { timeouts, transport, wheel } = this.#input
    // What the transport waits for connections is the longest of all.
    if (timeouts.connectMs < transport.connectMs) {
      this.#connecting = wheel.add(timeouts.connectMs, () =>
        this.#fail({ kind: 'provider_timeout_connect', message: 'no connection in time' }),
      )
    }
    this.#input.transport.send(this.#input.adapter, request, this)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    this.#connecting?.cancel()
    if (this.#settled) controller.abort(ABANDONED)
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (this.#settled) controller.abort(ABANDONED)
    if (this.#settled) return
    if (status === 101) this.#fail({ kind: 'provider_malformed', message: UNASKED_SWITCH })
    if (status >= 200) this.#status = status
    this.#patience.alive()
    if (status < 200) return
    this.#headers = headers
    // It is asked not to compress, but some do, or something before them does.
    const codings = codingsOf(headers['content-encoding'])
    if (typeof codings === 'string') {
      this.#fail({ kind: 'provider_malformed', message: `its answer is compressed in a way that cannot be read (${codings})` })
      return
    }
    if (codings.length > 0) this.#decoding = new Decoding(codings, this.#decoded, controller)
    if (status >= 300) this.#errorBody = []
    else this.#input.receiver.begin(headers, this.#flow)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#settled) return
    if (!this.#decoding) {
      this.#take(chunk)
      return
    }
    this.#patience.alive()
    this.#decoding.write(chunk)
  }

  readonly #decoded = {
    data: (chunk: Buffer): void => this.#take(chunk),
    end: (): void => {
      if (this.#broken) this.#break(this.#broken)
      else this.#complete()
    },
    error: (error: Error): void =>
      this.#fail({ kind: 'provider_malformed', message: `its answer is not compressed as it says: ${reasonOf(error)}` }),
  }

  #take(chunk: Buffer): void {
    if (this.#settled) return
    if (this.#errorBody) {
      this.#takeError(chunk)
      return
    }
    const { receiver } = this.#input
    const failure = receiver.data(chunk)
    if (failure) this.#fail(this.#classified(failure))
    if (failure) return
    // A stream's idle time counts from the first token, a body's from its first byte that is not white space.
    if (receiver.startedMs === undefined) {
      this.#patience.alive()
      return
    }
    if (receiver.paused) this.#patience.answered()
    else this.#patience.answering(receiver.reading?.ended ? ENDED_MS : undefined)
  }

  onResponseEnd(): void {
    if (this.#settled) return
    if (this.#decoding) this.#decoding.end()
    else this.#complete()
  }

  #complete(): void {
    if (this.#settled) return
    const failure = this.#errorBody ? this.#classifyError() : this.#endOfBody()
    if (failure) this.#fail(failure)
    else this.#finish({ kind: 'ok' })
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    if (this.#settled) return
    // As often as need be: each time there is one stale connection less in the pool. It says nothing about the endpoint.
    if (this.#request && this.#status === undefined && wasStale(error) && performance.now() - this.#sentMs < STALE_MS) {
      this.#dispatch(this.#request)
      return
    }
    this.#broken = error
    if (this.#decoding) this.#decoding.end()
    else this.#break(error)
  }

  #break(error: Error): void {
    if (this.#settled) return
    if (this.#errorBody || this.#isComplete()) {
      this.#complete()
      return
    }
    const failure = networkFailure(error)
    const cut = this.#status !== undefined && failure.kind === 'provider_network'
    this.#fail(cut ? { ...failure, kind: 'provider_truncated', message: `the answer broke off: ${failure.message}` } : failure)
  }

  /** Backpressure from the client: while paused the upstream is not to blame for silence, the client is. */
  readonly #flow = {
    pause: (): void => {
      if (this.#settled) return
      const brakes = this.#decoding ?? this.#controller
      brakes?.pause()
      this.#patience.hold(() => this.cancel('the client stopped reading'))
    },
    resume: (): void => {
      if (this.#settled) return
      this.#patience.release()
      const brakes = this.#decoding ?? this.#controller
      brakes?.resume()
    },
  }

  #timeOut(failure: Failure): void {
    if (!this.#errorBody && !this.#isComplete()) {
      this.#fail(failure)
      return
    }
    this.#complete()
    this.#controller?.abort(ABANDONED)
  }

  /** The end marker is there, whatever the connection does afterwards. */
  #isComplete(): boolean {
    return this.#input.receiver.reading?.finished === true
  }

  #endOfBody(): Failure | undefined {
    const failure = this.#input.receiver.end()
    return failure && this.#classified(failure)
  }

  #takeError(chunk: Buffer): void {
    const room = ERROR_BODY_LIMIT - this.#errorBytes
    this.#errorBody?.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    this.#errorBytes += chunk.length
    if (this.#errorBytes >= ERROR_BODY_LIMIT) this.#fail(this.#classifyError())
  }

  #classifyError(): Failure {
    const text = Buffer.concat(this.#errorBody ?? []).toString()
    return this.#classify(this.#status ?? 0, text)
  }

  /** A receiver hands over the text of an error body or event; the adapter knows what it means. */
  #classified(failure: ReceivedFailure): Failure {
    return 'errorText' in failure ? this.#classify(this.#status ?? 200, failure.errorText) : failure
  }

  #classify(status: number, text: string): Failure {
    return classify(this.#input.adapter, status, this.#headers, text)
  }

  #fail(failure: Failure): void {
    if (this.#settled) return
    this.#finish({ kind: failure.kind, failure })
    this.#controller?.abort(ABANDONED)
  }

  #finish(end: { kind: OutcomeKind; failure?: Failure }): void {
    this.#settled = true
    this.#decoding?.destroy()
    this.#patience.end()
    this.#connecting?.cancel()
    this.#total.cancel()
    const { receiver } = this.#input
    const requestId = upstreamRequestId(this.#headers)
    this.#settle({
      ...end,
      totalMs: performance.now() - this.#startedMs,
      sent: this.#controller !== undefined,
      ...(this.#status !== undefined && { status: this.#status }),
      ...(requestId !== undefined && { requestId }),
      ...(receiver.startedMs !== undefined && { ttftMs: receiver.startedMs - this.#startedMs }),
      ...(receiver.reading && { reading: receiver.reading }),
    })
    receiver.close?.()
  }
}

const ABANDONED = new Error('the attempt is over')
