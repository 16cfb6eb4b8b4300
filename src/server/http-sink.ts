import type { ServerResponse } from 'node:http'
import type { AnswerHead, ClientSink } from '../routing/ports.ts'
import { answerHead, asStream, earlyHead } from './answer-head.ts'
import { CRLF, chunkText, frameChunk, LAST_CHUNK, MAX_COPIED_BYTES } from './chunked.ts'
import { type Head, writeHead } from './write-head.ts'

const ignore = () => {}

/**
 * An HTTP client's side of an answer. Head and first bytes leave in one write, and so does each chunk with its frame.
 */
export class HttpSink implements ClientSink {
  readonly #response: ServerResponse
  /** A whole answer is sent in one piece with its length; a stream is flushed as it comes. */
  readonly #stream: boolean
  /** The client's own name for the request, else ours. */
  readonly #requestId: string
  /** Of a whole answer, until its length is known. */
  #head: Head | undefined
  #status = 200
  #chunked = false
  #headIsOut = false
  #onClose: (() => void) | undefined
  closed: boolean

  constructor(response: ServerResponse, stream: boolean, requestId: string) {
    this.closed = response.destroyed
    this.#requestId = requestId
    this.#response = response
    this.#stream = stream
    // It comes once: `once` would wrap the listener.
    response.on('close', () => {
      if (response.writableFinished) return
      this.closed = true
      this.#onClose?.()
    })
    // An error on a client's socket is its close; there is nobody to tell.
    response.on('error', ignore)
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  keepAlive(bytes: Buffer, generationId: string): void {
    const response = this.#response
    if (this.closed || response.writableNeedDrain) return
    if (!response.headersSent) this.#startStream(200, earlyHead(generationId))
    this.write(bytes)
  }

  start(answer: AnswerHead): void {
    // Of a stream that began with signs of life, the rest of the head can no longer be sent.
    if (this.#response.headersSent) return
    const head = answerHead(answer, this.#requestId)
    if (this.#stream) this.#startStream(answer.status, head)
    else {
      this.#status = answer.status
      this.#head = head
    }
  }

  write(bytes: Buffer): boolean {
    if (this.closed || bytes.length === 0) return true
    const response = this.#response
    if (!this.#chunked) return response.write(bytes)
    if (bytes.length > MAX_COPIED_BYTES) {
      this.#headIsOut = true
      response.write(bytes.length.toString(16) + CRLF, 'latin1')
      response.write(bytes)
      return response.write(CRLF, 'latin1')
    }
    if (this.#headIsOut) return response.write(frameChunk(bytes, false))
    this.#headIsOut = true
    return response.write(chunkText(bytes, false), 'latin1')
  }

  onDrain(listener: () => void): void {
    this.#response.once('drain', listener)
  }

  end(bytes?: Buffer): void {
    if (this.closed) return
    const response = this.#response
    if (this.#stream) this.#endStream(bytes)
    else if (this.#head && bytes) {
      this.#head['content-length'] = bytes.length
      writeHead(response, this.#status, this.#head)
      if (bytes.length <= MAX_COPIED_BYTES) response.end(bytes.toString('latin1'), 'latin1')
      else response.end(bytes)
    } else response.end(bytes)
  }

  abort(): void {
    this.#response.destroy()
  }

  #startStream(status: number, head: Head): void {
    const response = this.#response
    asStream(head)
    // Clients of HTTP/1.0 know no chunks, and read to the end of the connection.
    this.#chunked = response.useChunkedEncodingByDefault
    if (this.#chunked) head['transfer-encoding'] = 'chunked'
    writeHead(response, status, head)
    // From here on the chunks are framed here.
    response.chunkedEncoding = false
  }

  #endStream(bytes: Buffer | undefined): void {
    const response = this.#response
    if (!this.#chunked) response.end(bytes)
    else if (!bytes || bytes.length === 0) response.end(LAST_CHUNK, 'latin1')
    else if (bytes.length > MAX_COPIED_BYTES) {
      this.write(bytes)
      response.end(LAST_CHUNK, 'latin1')
    } else if (this.#headIsOut) response.end(frameChunk(bytes, true))
    else response.end(chunkText(bytes, true), 'latin1')
  }
}
