import type { IncomingHttpHeaders } from 'node:http'
import type { Timeouts } from '../config/types.ts'
import { reasonOf } from '../errors.ts'
import type { Failure, OutcomeKind, ProviderAdapter, UpstreamRequest } from '../plugins/api.ts'
import type { BodyReceiver } from './body-receiver.ts'
import { wasStale } from './connection.ts'
import type { Deadline, DeadlineWheel } from './deadlines.ts'
import { networkFailure, UNASKED_SWITCH } from './network-failure.ts'
import type { Reading } from './ports.ts'
import type { Controller, Line, ResponseHandler } from './transport.ts'

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

/** How one upstream call ended. */
export interface AttemptResult {
  readonly kind: OutcomeKind
  readonly failure?: Failure
  readonly status?: number
  /** From sending to the first output token; not streaming: to the whole body. */
  readonly ttftMs?: number
  readonly totalMs: number
  readonly reading?: Reading
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
  #deadline: Deadline | undefined
  #waitingFor: 'provider_timeout_first_token' | 'provider_timeout_response' | 'provider_timeout_idle' = 'provider_timeout_response'
  readonly #total: Deadline
  #sentMs = 0
  #showedLife = false
  #connecting: Deadline | undefined
  #request: UpstreamRequest | undefined

  constructor(input: AttemptInput) {
    this.#input = input
    this.result = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#total = input.wheel.add(input.dueMs - this.#startedMs, () => {
      // The request's own deadline; what was waited for says whose time it was.
      this.#fail({ kind: this.#waitingFor, message: 'the total time of the request is used up' })
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
    const { stream, wheel } = this.#input
    this.#waitingFor = stream ? 'provider_timeout_first_token' : 'provider_timeout_response'
    this.#deadline = wheel.add(this.#patienceMs, () => this.#timeOut())
    this.#dispatch(request)
  }

  get #patienceMs(): number {
    const { stream, timeouts } = this.#input
    return stream ? timeouts.firstTokenMs : timeouts.responseMs
  }

  /** Something came, if nothing of the answer itself: the endpoint is at work, and gets more time, though not without end. */
  #alive(): void {
    const leftMs = this.#startedMs + this.#input.timeouts.aliveMs - performance.now()
    const patience = Math.min(this.#patienceMs, leftMs)
    this.#showedLife = true
    if (patience > 0) this.#deadline?.reset(patience)
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
    this.#alive()
    if (status < 200) return
    this.#headers = headers
    if (status >= 300) this.#errorBody = []
    else if (isCompressed(headers))
      this.#fail({
        kind: 'provider_malformed',
        message: `it compressed its answer (${headers['content-encoding']}), which it was asked not to`,
      })
    else this.#input.receiver.begin(headers, this.#flow)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
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
      this.#alive()
      return
    }
    this.#waitingFor = 'provider_timeout_idle'
    if (!receiver.paused) this.#deadline?.reset(receiver.reading?.ended ? ENDED_MS : this.#input.timeouts.idleMs)
  }

  onResponseEnd(): void {
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
    if (this.#errorBody || this.#isComplete()) {
      this.onResponseEnd()
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
      this.#controller?.pause()
      this.#deadline?.cancel()
      this.#deadline = this.#input.wheel.add(this.#input.timeouts.idleMs, () => this.cancel('the client stopped reading'))
    },
    resume: (): void => {
      if (this.#settled) return
      this.#deadline?.cancel()
      this.#deadline = this.#input.wheel.add(this.#input.timeouts.idleMs, () => this.#timeOut())
      this.#controller?.resume()
    },
  }

  #timeOut(): void {
    if (this.#errorBody || this.#isComplete()) {
      this.onResponseEnd()
      this.#controller?.abort(ABANDONED)
      return
    }
    const { timeouts } = this.#input
    const kind = this.#waitingFor
    if (kind === 'provider_timeout_idle') {
      this.#fail({ kind, message: `nothing came for ${timeouts.idleMs} ms` })
      return
    }
    const missing = kind === 'provider_timeout_first_token' ? 'no first token' : 'no answer'
    const waited = performance.now() - this.#startedMs
    // Signs of life may have come in between.
    const within = Math.max(this.#patienceMs, this.#showedLife ? Math.round(waited) : 0)
    this.#fail({ kind, message: `${missing} within ${within} ms` })
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
    const text = isCompressed(this.#headers) ? '' : Buffer.concat(this.#errorBody ?? []).toString()
    return this.#classify(this.#status ?? 0, text)
  }

  /** A receiver hands over the text of an error body or event; the adapter knows what it means. */
  #classified(failure: ReceivedFailure): Failure {
    return 'errorText' in failure ? this.#classify(this.#status ?? 200, failure.errorText) : failure
  }

  #classify(status: number, text: string): Failure {
    try {
      const failure = this.#input.adapter.classify(status, flat(this.#headers), text)
      // Success cannot be an error's name: an error that is not understood is the provider's.
      return failure.kind === 'ok' ? { ...failure, kind: 'provider_error' } : failure
    } catch (error) {
      return { kind: 'provider_error', message: `status ${status}, and its adapter failed to read it: ${reasonOf(error)}` }
    }
  }

  #fail(failure: Failure): void {
    if (this.#settled) return
    this.#finish({ kind: failure.kind, failure })
    this.#controller?.abort(ABANDONED)
  }

  #finish(end: { kind: OutcomeKind; failure?: Failure }): void {
    this.#settled = true
    this.#deadline?.cancel()
    this.#connecting?.cancel()
    this.#total.cancel()
    const { receiver } = this.#input
    this.#settle({
      ...end,
      totalMs: performance.now() - this.#startedMs,
      ...(this.#status !== undefined && { status: this.#status }),
      ...(receiver.startedMs !== undefined && { ttftMs: receiver.startedMs - this.#startedMs }),
      ...(receiver.reading && { reading: receiver.reading }),
    })
    receiver.close?.()
  }
}

/** A failure found in the body: understood already, or the text of an error for the adapter to classify. */
export type ReceivedFailure = Failure | { readonly errorText: string }

const ABANDONED = new Error('the attempt is over')

const isCompressed = ({ 'content-encoding': encoding }: IncomingHttpHeaders) => encoding !== undefined && encoding !== 'identity'

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}
