import type { IncomingHttpHeaders } from 'node:http'
import { codingsOf } from '../../base/content-codings.ts'
import { reasonOf } from '../../base/errors.ts'
import { type Failure, NotPrepared, type OutcomeKind, type UpstreamRequest } from '../../plugins/api.ts'
import type { Reading } from '../codec.ts'
import { Decoding } from '../upstream/decoding.ts'
import { networkFailure, UNASKED_SWITCH } from '../upstream/network-failure.ts'
import type { Controller, ResponseHandler } from '../upstream/response-handler.ts'
import { wasStale } from '../upstream/stale.ts'
import { upstreamRequestId } from '../upstream/trace-headers.ts'
import type { AttemptOwner } from './attempt-owner.ts'
import type { AttemptResult } from './attempt-result.ts'
import type { BodyReceiver, Flow, ReceivedFailure } from './body-receiver.ts'
import { classify } from './classify.ts'
import { ErrorBody } from './error-body.ts'
import { Patience } from './patience.ts'

/**
 * A reused connection that breaks within this time, without a byte, had been given up before the request reached it.
 */
const STALE_MS = 5000
/** Grace period after the end marker of a stream: so long the upstream may keep the connection open behind it. */
const ENDED_MS = 500
const ABANDONED = new Error('the attempt is over')

/** One upstream call, from sending to the end of its answer. Ends exactly once, whatever comes later. */
export class Attempt implements ResponseHandler, Flow, AttemptResult {
  readonly #owner: AttemptOwner
  readonly #startedMs = performance.now()
  readonly #patience: Patience
  kind: OutcomeKind = 'ok'
  failure: Failure | undefined
  status: number | undefined
  totalMs = 0
  #ended = false
  #controller: Controller | undefined
  #headers: IncomingHttpHeaders | undefined
  #receiver: BodyReceiver | undefined
  #errorBody: ErrorBody | undefined
  #sentMs = 0
  #request: UpstreamRequest | undefined
  #decoding: Decoding | undefined
  /** What the connection broke with while the rest of the body was being decoded. */
  #broken: Error | undefined

  constructor(owner: AttemptOwner) {
    this.#owner = owner
    this.#patience = new Patience(this, owner.timeouts, owner.stream, owner.dueMs, owner.wheel)
  }

  get sent(): boolean {
    return this.#controller !== undefined
  }

  get requestId(): string | undefined {
    return this.#headers && upstreamRequestId(this.#headers)
  }

  get ttftMs(): number | undefined {
    const startedMs = this.#receiver?.startedMs
    return startedMs === undefined ? undefined : startedMs - this.#startedMs
  }

  get reading(): Reading | undefined {
    return this.#receiver?.reading
  }

  /** Sends the request. */
  start(): void {
    try {
      const request = this.#owner.prepare()
      if (request instanceof Promise) {
        // A token may have to be fetched first, by a server that hangs.
        this.#patience.connecting('the request was not prepared in time')
        request.then(
          (ready) => this.#send(ready),
          (error: unknown) => this.#unprepared(error),
        )
      } else this.#send(request)
    } catch (error) {
      this.#unprepared(error)
    }
  }

  /** A piece of a large request went out: until the last one did, the upstream cannot answer. */
  protected sending(): void {
    if (!this.#ended && this.status === undefined) this.#patience.sending()
  }

  /** Stops the upstream call because the client is gone or too slow. */
  cancel(message: string): void {
    this.#fail({ kind: 'caller_cancelled', message })
  }

  /** Stops it for a reason of the router's own. */
  stop(message: string): void {
    this.#fail({ kind: 'router_error', message })
  }

  #unprepared(error: unknown): void {
    const message = `the request could not be prepared: ${reasonOf(error)}`
    this.#fail(error instanceof NotPrepared ? error.failure : { kind: 'router_error', message })
  }

  #send(request: UpstreamRequest): void {
    if (this.#ended) return
    this.#request = request
    this.#patience.start()
    this.#dispatch(request)
  }

  #dispatch(request: UpstreamRequest): void {
    this.#sentMs = performance.now()
    const { adapter, line, timeouts } = this.#owner
    // What the transport waits for connections is the longest of all.
    if (timeouts.connectMs < line.connectMs) this.#patience.connecting('no connection in time')
    line.send(adapter, request, this)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    this.#patience.connected()
    if (this.#ended) controller.abort(ABANDONED)
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (this.#ended) controller.abort(ABANDONED)
    if (this.#ended) return
    if (status === 101) this.#fail({ kind: 'provider_malformed', message: UNASKED_SWITCH })
    if (status >= 200) this.status = status
    this.#patience.alive()
    if (status < 200) return
    this.#headers = headers
    // It is asked not to compress, but some do, or something before them does.
    const codings = codingsOf(headers['content-encoding'])
    if (typeof codings === 'string') {
      this.#fail({
        kind: 'provider_malformed',
        message: `its answer is compressed in a way that cannot be read (${codings})`,
      })
      return
    }
    if (codings.length > 0) this.#decoding = new Decoding(codings, this.#decoded(), controller)
    if (status >= 300) this.#errorBody = new ErrorBody()
    else this.#receiver = this.#owner.receive(this.#request!, headers, this)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#ended) return
    if (!this.#decoding) {
      this.#take(chunk)
      return
    }
    this.#patience.alive()
    this.#decoding.write(chunk)
  }

  #decoded() {
    return {
      data: (chunk: Buffer): void => this.#take(chunk),
      end: (): void => {
        if (this.#broken) this.#break(this.#broken)
        else this.#complete()
      },
      error: (error: Error): void =>
        this.#fail({
          kind: 'provider_malformed',
          message: `its answer is not compressed as it says: ${reasonOf(error)}`,
        }),
    }
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return
    const receiver = this.#receiver
    if (!receiver) {
      if (this.#errorBody?.push(chunk)) this.#complete()
      return
    }
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
    if (this.#ended) return
    if (this.#decoding) this.#decoding.end()
    else this.#complete()
  }

  #complete(): void {
    if (this.#ended) return
    const failure = this.#errorBody ? { errorText: this.#errorBody.text() } : this.#receiver?.end()
    if (failure) this.#fail(this.#classified(failure))
    else this.#end()
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    if (this.#ended) return
    // As often as need be: each time there is one stale connection less in the pool. It says nothing about the
    // endpoint.
    const early = this.status === undefined && performance.now() - this.#sentMs < STALE_MS
    if (this.#request && early && wasStale(error)) {
      this.#dispatch(this.#request)
      return
    }
    this.#broken = error
    if (this.#decoding) this.#decoding.end()
    else this.#break(error)
  }

  #break(error: Error): void {
    if (this.#ended) return
    if (this.#isComplete()) {
      this.#complete()
      return
    }
    const failure = networkFailure(error)
    const cut = this.status !== undefined && failure.kind === 'provider_network'
    this.#fail(
      cut ? { ...failure, kind: 'provider_truncated', message: `the answer broke off: ${failure.message}` } : failure,
    )
  }

  /** Backpressure from the client: while paused the upstream is not to blame for silence, the client is. */
  pause(): void {
    if (this.#ended) return
    const brakes = this.#decoding ?? this.#controller
    brakes?.pause()
    this.#patience.hold()
  }

  resume(): void {
    if (this.#ended) return
    this.#patience.release()
    const brakes = this.#decoding ?? this.#controller
    brakes?.resume()
  }

  timedOut(failure: Failure): void {
    if (!this.#isComplete()) {
      this.#fail(failure)
      return
    }
    this.#complete()
    this.#controller?.abort(ABANDONED)
  }

  clientStalled(): void {
    this.cancel('the client stopped reading')
  }

  /** An error's status says enough, and the end marker is there, whatever the connection does afterwards. */
  #isComplete(): boolean {
    return this.#errorBody !== undefined || this.#receiver?.reading?.finished === true
  }

  /** A receiver hands over the text of an error body or event; the adapter knows what it means. */
  #classified(failure: ReceivedFailure): Failure {
    if (!('errorText' in failure)) return failure
    return classify(this.#owner.adapter, this.status ?? 200, this.#headers ?? {}, failure.errorText)
  }

  #fail(failure: Failure): void {
    if (this.#ended) return
    this.kind = failure.kind
    this.failure = failure
    this.#end()
    this.#controller?.abort(ABANDONED)
  }

  #end(): void {
    this.#ended = true
    this.#decoding?.destroy()
    this.#patience.end()
    this.totalMs = performance.now() - this.#startedMs
    this.#owner.ended(this)
    this.#receiver?.close?.()
  }
}
