import type { Controller, ResponseHandler } from '../response-handler.ts'

/** A connection, as what is on it sees it. */
interface Carrier {
  pause(): void
  resume(): void
  /** Closes it without failing the request. */
  drop(): void
}

/** One request and its answer: what it may do to its connection, while it is on it. */
export class Exchange implements Controller {
  readonly handler: ResponseHandler
  readonly head: string
  readonly body: Buffer | undefined
  /** Its answer has no body. */
  readonly isHead: boolean
  connection: Carrier | undefined

  constructor(handler: ResponseHandler, head: string, body: Buffer | undefined, isHead: boolean) {
    this.handler = handler
    this.head = head
    this.body = body
    this.isHead = isHead
  }

  pause(): void {
    this.connection?.pause()
  }

  resume(): void {
    this.connection?.resume()
  }

  abort(): void {
    this.connection?.drop()
  }
}
