import type { IncomingHttpHeaders } from 'node:http'
import type { Deadline } from '../../base/deadline-wheel.ts'
import { type ErrorType, RouterError, reasonOf } from '../../base/errors.ts'
import { redact } from '../../base/redact.ts'
import { type Failure, NotPrepared, type OutcomeKind, type PassthroughTarget } from '../../plugins/api.ts'
import { classify } from '../attempt/classify.ts'
import { ErrorBody } from '../attempt/error-body.ts'
import type { AnswerWatch } from '../codec.ts'
import { networkFailure, UNASKED_SWITCH } from '../upstream/network-failure.ts'
import type { Controller, ResponseHandler } from '../upstream/response-handler.ts'
import { noteHeaders } from '../upstream/sent-tokens.ts'
import { wasStale } from '../upstream/stale.ts'
import { upstreamRequestId } from '../upstream/trace-headers.ts'
import type { RelayCall, RelaySink } from './relay-call.ts'
import { returnedHeaders } from './relay-headers.ts'
import { WholeAnswer } from './relay-whole.ts'
import { SecretMask } from './secret-mask.ts'

const ABANDONED = new Error('the relay is over')

/** How it ended. */
export interface RelayResult {
  readonly kind: OutcomeKind
  readonly message: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly ttftMs: number | undefined
  readonly retryAfterMs: number | undefined
}

export interface RelayOwner {
  readonly call: RelayCall
  readonly sink: RelaySink
  readonly responseMs: number
  readonly idleMs: number
  wait(ms: number, onExpire: () => void): Deadline
  send(target: PassthroughTarget, handler: ResponseHandler): void
  watch(contentType: string | undefined): AnswerWatch | undefined
  /** Called once. `error`: nothing has been sent to the client. */
  ended(result: RelayResult, error: RouterError | undefined): void
}

/** One request passed on to a provider, and its answer passed back, both as they come and at the slower one's pace. */
export class Relay implements ResponseHandler {
  readonly #owner: RelayOwner
  #mask: SecretMask
  readonly #startedMs = performance.now()
  readonly #patience: Deadline
  #target: PassthroughTarget | undefined
  #controller: Controller | undefined
  #headers: IncomingHttpHeaders = {}
  #status: number | undefined
  #firstMs: number | undefined
  #retryAfterMs: number | undefined
  #ended = false
  #paused = false
  #watch: AnswerWatch | undefined
  #whole: WholeAnswer | undefined
  #errorBody: ErrorBody | undefined

  constructor(owner: RelayOwner) {
    this.#owner = owner
    this.#mask = new SecretMask(owner.call.provider.secrets)
    this.#patience = owner.wait(owner.responseMs, () => this.#timedOut())
    owner.sink.onClose(() => this.#fail({ kind: 'caller_cancelled', message: 'the client went away' }))
  }

  async start(): Promise<void> {
    const { method, path, query, headers, provider } = this.#owner.call
    try {
      this.#target = await provider.adapter.passThrough!({ method, path, query, headers })
      noteHeaders(provider, this.#target.headers)
      this.#mask = new SecretMask(provider.secrets)
      if (!this.#ended) this.#owner.send(this.#target, this)
    } catch (error) {
      this.#fail(error instanceof NotPrepared ? error.failure : { kind: 'router_error', message: reasonOf(error) })
    }
  }

  /** A piece of the body has gone out, or is about to. */
  alive(): void {
    if (this.#status === undefined) this.#patience.reset(this.#owner.responseMs)
  }

  /** Ends it, whatever has come of it. `error`: what the client is told, if it has got nothing yet. */
  stop(kind: OutcomeKind, message: string, error?: RouterError): void {
    this.#fail({ kind, message }, error)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#ended) controller.abort(ABANDONED)
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (this.#ended || (status < 200 && status !== 101)) return
    if (status === 101) {
      this.#fail({ kind: 'provider_malformed', message: UNASKED_SWITCH })
      return
    }
    this.#status = status
    this.#headers = headers
    this.#firstMs = performance.now() - this.#startedMs
    this.#patience.reset(this.#owner.idleMs)
    const { call } = this.#owner
    const type = headers['content-type']
    if (status < 300) this.#watch = this.#owner.watch(type)
    else if (status >= 400) this.#errorBody = new ErrorBody()
    if (call.read && status < 300 && type?.includes('json')) {
      this.#whole = new WholeAnswer(call.read.bind(call))
      return
    }
    this.#begin()
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#ended) return
    if (!this.#paused) this.#patience.reset(this.#owner.idleMs)
    this.#watch?.push(chunk)
    if (this.#whole) {
      if (!this.#whole.push(chunk)) this.#fail({ kind: 'provider_malformed', message: 'its answer is too large' })
      return
    }
    this.#errorBody?.push(chunk)
    const { sink } = this.#owner
    const bytes = this.#mask.push(chunk)
    if (bytes.length === 0 || sink.write(bytes) || this.#paused) return
    this.#paused = true
    controller.pause()
    sink.onDrain(() => {
      this.#paused = false
      if (this.#ended) return
      this.#patience.reset(this.#owner.idleMs)
      controller.resume()
    })
  }

  onResponseEnd(): void {
    if (this.#ended) return
    if (this.#whole) {
      const { sink } = this.#owner
      this.#whole.end().then(
        (bytes) => {
          if (this.#ended) return
          const masked = this.#mask.push(bytes)
          const rest = this.#mask.end()
          const own = rest ? Buffer.concat([masked, rest]) : masked
          this.#begin(own.length)
          sink.write(own)
          sink.end()
          this.#end('ok')
        },
        (error: unknown) => this.#fail({ kind: 'router_error', message: reasonOf(error) }, asRouterError(error)),
      )
      return
    }
    const rest = this.#mask.end()
    const { sink } = this.#owner
    if (rest) sink.write(rest)
    sink.end()
    const failure = this.#errorBody && this.#classified(this.#errorBody.text())
    this.#retryAfterMs = failure?.retryAfterMs
    this.#end(failure?.kind ?? 'ok', failure?.message)
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    if (this.#ended) return
    const { call, sink } = this.#owner
    if (this.#target && this.#status === undefined && !isStream(call.body) && wasStale(error)) {
      this.#owner.send(this.#target, this)
      return
    }
    if (sink.closed) this.#fail({ kind: 'caller_cancelled', message: 'the client went away' })
    else if (error instanceof RouterError) this.#fail({ kind: 'caller_invalid', message: error.message }, error)
    else this.#fail(networkFailure(error))
  }

  #begin(length?: number): void {
    const headers = returnedHeaders(this.#headers, this.#mask, this.#location())
    if (length !== undefined) headers['content-length'] = String(length)
    // Proxies in between must not collect a stream.
    if (headers['content-type']?.includes('event-stream')) headers['x-accel-buffering'] = 'no'
    this.#owner.sink.start(this.#status!, headers)
  }

  /** Of a redirection within the service, the path that leads there by this router. */
  #location(): string | undefined {
    const { location } = this.#headers
    const { call } = this.#owner
    const from = this.#target!.url
    if (location === undefined || call.operation !== 'passthrough') return undefined
    const to = URL.parse(location, from.href)
    if (!to || to.origin !== from.origin) return undefined
    const below = from.pathname.slice(0, from.pathname.length - call.path.length)
    if (!from.pathname.endsWith(call.path) || !to.pathname.startsWith(below)) return undefined
    return `/providers/${encodeURIComponent(call.provider.id)}/${to.pathname.slice(below.length)}${to.search}`
  }

  #classified(errorText: string): Failure {
    return classify(this.#owner.call.provider.adapter, this.#status!, this.#headers, errorText)
  }

  #timedOut(): void {
    const begun = this.#status !== undefined
    if (this.#paused) this.#fail({ kind: 'caller_cancelled', message: 'the client stopped reading' })
    else if (begun) this.#fail({ kind: 'provider_timeout_idle', message: `nothing came for ${this.#owner.idleMs} ms` })
    else this.#fail({ kind: 'provider_timeout_response', message: `no answer within ${this.#owner.responseMs} ms` })
  }

  #fail(failure: Failure, error?: RouterError): void {
    if (this.#ended) return
    const { call, sink } = this.#owner
    const message = redact(failure.message, call.provider.secrets)
    const begun = this.#status !== undefined && !this.#whole
    if (begun) sink.abort()
    this.#end(failure.kind, message, begun ? undefined : (error ?? relayError(failure.kind, call.provider.id, message)))
    this.#controller?.abort(ABANDONED)
  }

  #end(kind: OutcomeKind, message?: string, error?: RouterError): void {
    this.#ended = true
    this.#patience.cancel()
    const { provider } = this.#owner.call
    this.#owner.ended(
      {
        kind,
        message: message && redact(message, provider.secrets),
        status: this.#status,
        requestId: upstreamRequestId(this.#headers),
        ttftMs: this.#firstMs,
        retryAfterMs: this.#retryAfterMs,
      },
      error,
    )
  }
}

const isStream = (body: RelayCall['body']) => body !== undefined && !Buffer.isBuffer(body)

const asRouterError = (error: unknown) => (error instanceof RouterError ? error : undefined)

/** What a client is told of a request that its provider did not answer. */
function relayError(kind: OutcomeKind, provider: string, message: string): RouterError {
  const timedOut = kind.startsWith('provider_timeout')
  const options: { status?: number; type?: ErrorType } = timedOut ? { status: 504, type: 'timeout' } : {}
  return new RouterError('ROUTER_RELAY_FAILED', { provider, reason: message }, options)
}
