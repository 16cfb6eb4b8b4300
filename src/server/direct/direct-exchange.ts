import type { RouterError } from '../../base/errors.ts'
import type { Pace } from '../../base/paced.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { ClientSink } from '../../routing/ports.ts'
import { Exchange } from '../exchange.ts'
import { errorAnswer } from '../failure.ts'
import type { ServerParts } from '../parts.ts'
import { plainTarget, type Target } from '../targets.ts'
import type { ConnectionOwner, DirectConnection, DirectRequest } from './connection.ts'
import { DirectSink, sendWhole } from './direct-sink.ts'
import type { RequestHead } from './read-head.ts'

/** Serves the surfaces; who is to be refused before the body, or is to look for another router, is left to Node. */
export const serveDirectly =
  (parts: ServerParts, pace: Pace): ConnectionOwner['serve'] =>
  (connection, head) => {
    const target = plainTarget(head.url)
    if (!target || head.bodyLength > parts.bodyLimit || !parts.reports.ready()) return undefined
    const exchange = new DirectExchange(parts, pace, target, head, connection)
    return exchange.isAllowed() ? exchange : undefined
  }

/** An exchange over a connection of the router's own. */
class DirectExchange extends Exchange implements DirectRequest {
  readonly #connection: DirectConnection
  #sink: DirectSink | undefined

  constructor(parts: ServerParts, pace: Pace, target: Target, head: RequestHead, connection: DirectConnection) {
    super(parts, pace, target, head)
    this.#connection = connection
  }

  isAllowed(): boolean {
    try {
      this.authenticate()
      return true
    } catch {
      // Node's server finds the same, and says so.
      return false
    }
  }

  body(bytes: Buffer): void {
    this.take(bytes)
  }

  protected override get isGone(): boolean {
    return this.#connection.isClosed
  }

  protected override openSink(stream: boolean, requestId: string): ClientSink {
    const sink = new DirectSink(this.#connection, stream, requestId)
    this.#sink = sink
    return sink
  }

  protected override sendError(error: RouterError, id: string, metadata: JsonObject | undefined): void {
    const sink = this.#sink
    if (sink?.hasBegun) {
      sink.abort()
      return
    }
    if (sink) sink.isOver = true
    const { head, text } = errorAnswer(this.asked, error, id, metadata)
    sendWhole(this.#connection, error.status, head, Buffer.from(text))
  }
}
