import type { ServerResponse } from 'node:http'
import type { RelaySink } from '../../routing/relay/relay-call.ts'

const ignore = () => {}

/** An HTTP client's side of an answer that is passed on. */
export class HttpRelaySink implements RelaySink {
  readonly #response: ServerResponse
  readonly #own: Readonly<Record<string, string>>
  #onClose: (() => void) | undefined
  closed = false

  /** `own`: headers of the router's, beside those of the answer. */
  constructor(response: ServerResponse, own: Readonly<Record<string, string>>) {
    this.#response = response
    this.#own = own
    response.once('close', () => {
      if (response.writableFinished) return
      this.closed = true
      this.#onClose?.()
    })
    response.on('error', ignore)
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.closed || this.#response.headersSent) return
    this.#response.writeHead(status, { ...headers, ...this.#own })
    // The head of a stream of events says that it has begun.
    if (headers['content-length'] === undefined) this.#response.flushHeaders()
  }

  write(bytes: Buffer): boolean {
    return this.closed || this.#response.write(bytes)
  }

  onDrain(listener: () => void): void {
    this.#response.once('drain', listener)
  }

  end(): void {
    if (!this.closed) this.#response.end()
  }

  abort(): void {
    this.#response.destroy()
  }
}
