import { RouterError } from '../../base/errors.ts'
import type { AnswerHead, ClientSink } from '../../routing/ports.ts'
import { answerHead, asStream, earlyHead } from '../answer-head.ts'
import { CRLF, chunkText, frameChunk, LAST_CHUNK, MAX_COPIED_BYTES } from '../chunked.ts'
import { type Head, headText } from '../write-head.ts'
import type { DirectConnection } from './connection.ts'

const NOTHING = Buffer.alloc(0)

/** An answer straight to its client's socket: the same bytes that `HttpSink` has Node write. */
export class DirectSink implements ClientSink {
  closed: boolean
  /** Its head is out, or is to go out with the first bytes: no other answer can be given. */
  hasBegun = false
  /** All of it has been written; what becomes of its connection is none of its business any more. */
  isOver = false
  readonly #connection: DirectConnection
  readonly #stream: boolean
  readonly #requestId: string
  #status = 200
  /** Of a whole answer, until its length is known. */
  #head: Head | undefined
  /** Of a stream, until its first bytes come. */
  #headText = ''
  #onClose: (() => void) | undefined
  #onDrain: (() => void) | undefined

  constructor(connection: DirectConnection, stream: boolean, requestId: string) {
    this.closed = connection.isClosed
    this.#connection = connection
    this.#stream = stream
    this.#requestId = requestId
    connection.writer = this
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener
  }

  gone(): void {
    this.closed = true
    this.#onClose?.()
  }

  drained(): void {
    const listener = this.#onDrain
    this.#onDrain = undefined
    listener?.()
  }

  keepAlive(bytes: Buffer, generationId: string): void {
    if (this.closed || this.isOver || this.#connection.needsDrain) return
    if (!this.hasBegun) this.#startStream(200, earlyHead(generationId))
    this.write(bytes)
  }

  start(answer: AnswerHead): void {
    // Of a stream that began with signs of life, the rest of the head can no longer be sent.
    if (this.hasBegun) return
    const head = answerHead(answer, this.#requestId)
    if (this.#stream) this.#startStream(answer.status, head)
    else {
      this.#status = answer.status
      this.#head = head
    }
  }

  /** Of a stream. */
  write(bytes: Buffer): boolean {
    if (this.closed || this.isOver || bytes.length === 0) return true
    const connection = this.#connection
    const head = this.#headText
    this.#headText = ''
    if (bytes.length > MAX_COPIED_BYTES)
      return connection.writes.writePieces(head + bytes.length.toString(16) + CRLF, bytes, CRLF)
    return connection.writes.gather(head === '' ? frameChunk(bytes, false) : head + chunkText(bytes, false))
  }

  end(bytes: Buffer = NOTHING): void {
    if (this.closed || this.isOver) return
    const connection = this.#connection
    if (!this.#stream) {
      sendWhole(connection, this.#status, this.#head!, bytes)
      this.hasBegun = true
      this.isOver = true
      return
    }
    const head = this.#headText
    if (bytes.length > MAX_COPIED_BYTES) {
      this.write(bytes)
      connection.writes.write(LAST_CHUNK)
    } else if (bytes.length === 0) connection.writes.write(head + LAST_CHUNK)
    else connection.writes.write(head === '' ? frameChunk(bytes, true) : head + chunkText(bytes, true))
    this.isOver = true
    connection.answered()
  }

  abort(): void {
    if (!this.isOver) this.#connection.destroy()
  }

  #startStream(status: number, head: Head): void {
    asStream(head)
    head['transfer-encoding'] = 'chunked'
    this.#headText = textOf(status, head, this.#connection)
    this.hasBegun = true
  }
}

/** Head and body in one write. Throws before any of it where the head is none. */
export function sendWhole(connection: DirectConnection, status: number, head: Head, bytes: Buffer): void {
  head['content-length'] = bytes.length
  const text = textOf(status, head, connection)
  if (bytes.length <= MAX_COPIED_BYTES) connection.writes.write(text + bytes.toString('latin1'))
  else connection.writes.writePieces(text, bytes)
  connection.answered()
}

function textOf(status: number, head: Head, { kept }: DirectConnection): string {
  const text = headText(status, head, kept)
  if (text === undefined)
    throw new RouterError('ROUTER_INTERNAL', { reason: 'An answer has a header that no answer may have.' })
  return text
}
