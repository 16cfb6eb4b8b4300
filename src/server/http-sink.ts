import type { ServerResponse } from 'node:http'
import type { AnswerHead, ClientSink } from '../routing/ports.ts'

/** Proxies in between must not collect a stream. */
const STREAM_HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
}

/** Silence of a client that still has bytes of a finished answer to read. */
const SLOW_CLIENT_MS = 60_000

const nobodyToTell = () => {}

/** An HTTP client's side of an answer. */
export class HttpSink implements ClientSink {
  readonly #response: ServerResponse
  /** A whole answer is sent in one piece with its length; a stream is flushed as it comes. */
  readonly #stream: boolean
  /** The client's own name for the request, else ours. */
  readonly #requestId: string
  #head: Record<string, string | number> | undefined
  #status = 200
  #onClose: (() => void) | undefined
  closed = false

  constructor(response: ServerResponse, stream: boolean, requestId: string) {
    this.#requestId = requestId
    this.#response = response
    this.#stream = stream
    response.once('close', () => {
      if (response.writableFinished) return
      this.closed = true
      this.#onClose?.()
    })
    // An error on a client's socket is its close; there is nobody to tell.
    response.on('error', nobodyToTell)
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  keepAlive(bytes: Uint8Array, generationId: string): void {
    if (this.closed || this.#response.writableNeedDrain) return
    if (!this.#response.headersSent) this.#response.writeHead(200, { ...STREAM_HEAD, 'x-generation-id': generationId })
    this.#response.write(bytes)
  }

  start(answer: AnswerHead): void {
    // Of a stream that began with signs of life, the rest of the head is not told any more.
    if (this.#response.headersSent) return
    this.#status = answer.status
    this.#head = {
      'content-type': answer.contentType,
      'x-router-endpoint': headerText(answer.endpoint),
      'x-router-attempts': answer.attempts,
      'x-router-overhead-ms': answer.overheadMs.toFixed(3),
      'x-generation-id': answer.generationId,
      'x-request-id': this.#requestId,
    }
    if (!this.#stream) return
    // Proxies in between must not collect a stream.
    this.#head['cache-control'] = 'no-cache'
    this.#head['x-accel-buffering'] = 'no'
    this.#response.writeHead(this.#status, this.#head)
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed) return true
    return this.#response.write(bytes)
  }

  onDrain(listener: () => void): void {
    this.#response.once('drain', listener)
  }

  end(bytes?: Uint8Array): void {
    if (this.closed) return
    if (!this.#stream && this.#head && bytes) {
      this.#head['content-length'] = bytes.length
      this.#response.writeHead(this.#status, this.#head)
    }
    this.#response.end(bytes)
    // What the socket did not take at once waits for the client, but not for ever. Node resets this for the next request.
    if (this.#response.writableLength > 0) this.#response.setTimeout(SLOW_CLIENT_MS)
  }

  abort(): void {
    this.#response.destroy()
  }
}

/** Names of models may hold anything; in a header, what is no visible ASCII is percent-encoded. */
export const headerText = (text: string) => (VISIBLE.test(text) ? text : encodeURI(text.toWellFormed()))

const VISIBLE = /^[\x21-\x7e]*$/
