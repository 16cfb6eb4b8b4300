import type { ServerResponse } from 'node:http'
import type { RouterError } from '../base/errors.ts'
import type { FileBytes } from '../base/multipart/form-bytes.ts'
import type { Pace } from '../base/paced.ts'
import type { JsonObject } from '../plugins/api.ts'
import type { ClientSink } from '../routing/ports.ts'
import { needOneHost } from './authenticate.ts'
import { Exchange } from './exchange.ts'
import { refuse, sendError } from './failure.ts'
import { ListSink } from './google/list-sink.ts'
import { HttpSink } from './http-sink.ts'
import type { ServerParts } from './parts.ts'
import { readBody } from './read-body.ts'
import { FormSpool, type FormTaker, isSpoolable } from './spool-body.ts'
import type { SurfaceRequest } from './surface-request.ts'
import { type Target, targetOf } from './targets.ts'

/** Takes a request, or gives false for one that is not its own. */
export type Listener = (request: SurfaceRequest, response: ServerResponse) => boolean

/** Takes what the engine answers, straight from Node: no framework stands between a client and its tokens. */
export function surfaceListener(parts: ServerParts, pace: Pace): Listener {
  return (request, response) => {
    if (request.method !== 'POST') return false
    const target = targetOf(request.url!)
    if (!target) return false
    new NodeExchange(parts, pace, target, request, response).begin()
    return true
  }
}

/** An exchange by Node's HTTP server. */
class NodeExchange extends Exchange implements FormTaker {
  readonly #request: SurfaceRequest
  readonly #response: ServerResponse
  #spool: FormSpool | undefined
  /** Its spool is closed once it is over, and not when its client has gone. */
  #isTaken = false

  constructor(parts: ServerParts, pace: Pace, target: Target, request: SurfaceRequest, response: ServerResponse) {
    super(parts, pace, target, request)
    this.#request = request
    this.#response = response
  }

  begin(): void {
    // Pools of clients and balancers then look for another router by themselves.
    if (!this.parts.reports.ready()) this.#response.shouldKeepAlive = false
    try {
      needOneHost(this.#request)
      this.authenticate()
    } catch (error) {
      this.refused(error)
      return
    }
    if (this.target.surface.readForm && isSpoolable(this.#request)) this.#takeForm()
    else readBody(this.#request, this.parts.bodyLimit, this)
  }

  body(bytes: Buffer): void {
    this.take(bytes)
  }

  spooled(bytes: FileBytes): void {
    this.#isTaken = true
    this.take(bytes)
  }

  /** Before the body has been read. */
  refused(error: unknown): void {
    void refuse(this.#request, this.#response, this.knownError(error), this.parts.bodyLimit)
  }

  protected override get isGone(): boolean {
    return this.#response.destroyed
  }

  protected override openSink(stream: boolean, requestId: string): ClientSink {
    const Sink = this.target.asList ? ListSink : HttpSink
    return new Sink(this.#response, stream, requestId)
  }

  protected override sendError(error: RouterError, id: string, metadata: JsonObject | undefined): void {
    sendError(this.#request, this.#response, error, id, metadata)
  }

  protected override released(): void {
    this.#spool?.close()
  }

  #takeForm(): void {
    const spool = new FormSpool(this.#request, this.parts.bodyLimit, this)
    this.#spool = spool
    // Until it is there: the engine may still send from the file when its client is gone.
    this.#response.once('close', () => {
      if (!this.#isTaken) spool.close()
    })
    spool.begin()
  }
}
