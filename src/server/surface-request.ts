import type { IncomingMessage as Message } from 'node:http'

const { IncomingMessage } = process.getBuiltinModule('node:http')

/** Takes a body as it comes from the wire. */
export interface BodySink {
  push(chunk: Buffer): void
  end(): void
}

/** What Node keeps of how far a message has been read. */
interface Progress {
  _consuming: boolean
  readonly _readableState: { endEmitted: boolean }
}

/**
 * A request whose body may be taken straight from Node's parser. As a stream it would be queued, told of in further
 * ticks, ended and destroyed, which costs more than parsing the head did.
 */
export class SurfaceRequest extends IncomingMessage {
  #sink: BodySink | undefined
  #isHeldBack = false

  /** From now on the body goes to `sink` and nobody else. Call it before any of the body has come. */
  takeBody(sink: BodySink): void {
    this.#sink = sink
  }

  /** What comes of the body from here on can be read, or thrown away, as a stream. */
  leaveBody(): void {
    this.#sink = undefined
  }

  /** Nothing more is read from the socket; what the parser holds already comes nevertheless. From within `push`. */
  holdBody(): void {
    this.#isHeldBack = true
  }

  resumeBody(): void {
    if (!this.#isHeldBack) return
    this.#isHeldBack = false
    this._read(0)
  }

  /** For Node's parser: a piece, or null for the end. */
  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const sink = this.#sink
    if (!sink) return super.push(chunk, encoding)
    if (chunk !== null) {
      sink.push(chunk)
      return !this.#isHeldBack
    }
    this.#sink = undefined
    // Nothing is left to throw away before the next request.
    const progress = this as Message as unknown as Progress
    progress._consuming = true
    progress._readableState.endEmitted = true
    sink.end()
    return false
  }
}
