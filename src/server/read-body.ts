import { giveBack } from '../base/give-back.ts'
import { tooLarge } from './failure.ts'
import type { BodySink, SurfaceRequest } from './surface-request.ts'

/** Memory for all of a body is taken once this share of it has come: announcing a lot costs nothing. */
const SHARE_SEEN = 1 / 8

/** Bytes of a body of unknown length that may be held in pieces. */
const MAX_CONCATENATED = 1024 * 1024

/** What becomes of a body: one of the two is called, once; neither when the client goes away in the midst of it. */
export interface BodyTaker {
  body(bytes: Buffer): void
  refused(error: Error): void
}

/** Reads a request's body under a cap: as it came where it came in one piece, else copied together once. */
export function readBody(request: SurfaceRequest, limit: number, taker: BodyTaker): void {
  if (announcedBy(request) > limit) taker.refused(tooLarge(limit))
  else request.takeBody(new BodyReader(request, limit, taker))
}

/** In bytes; NaN when it is not known. */
export const announcedBy = ({ headers }: SurfaceRequest): number => Number(headers['content-length'] ?? Number.NaN)

export class BodyReader implements BodySink {
  readonly #request: SurfaceRequest
  /** In bytes; NaN when it is not known. */
  readonly #announced: number
  readonly #limit: number
  #taker: BodyTaker | undefined
  #pieces: Buffer[] | undefined
  #whole: Buffer | undefined
  #copied: Buffer | undefined
  #length = 0

  constructor(request: SurfaceRequest, limit: number, taker: BodyTaker) {
    this.#request = request
    this.#announced = announcedBy(request)
    this.#limit = limit
    this.#taker = taker
  }

  push(chunk: Buffer): void {
    const taker = this.#taker
    if (!taker) return
    const from = this.#length
    this.#length += chunk.length
    if (this.#length > this.#limit) {
      this.#release()
      this.#request.leaveBody()
      taker.refused(tooLarge(this.#limit))
    } else if (chunk.length === this.#announced) {
      // All of it: the end need not be waited for.
      this.#release()
      taker.body(chunk)
    } else if (this.#whole) this.#copy(this.#whole, chunk, from)
    else {
      this.#pieces ??= []
      this.#pieces.push(chunk)
      if (this.#length >= this.#announced * SHARE_SEEN) this.#gather(this.#pieces, this.#announced)
      // Memory that is not written to is not taken.
      else if (this.#length > MAX_CONCATENATED && Number.isNaN(this.#announced)) this.#gather(this.#pieces, this.#limit)
    }
  }

  end(): void {
    const taker = this.#taker
    if (!taker) return
    const body = this.#whole?.subarray(0, this.#length) ?? Buffer.concat(this.#pieces ?? [])
    this.#release()
    taker.body(body)
  }

  /** Node's parser may still look at this chunk, but no longer at the one before. */
  #copy(whole: Buffer, chunk: Buffer, from: number): void {
    whole.set(chunk, from)
    if (this.#copied) giveBack(this.#copied)
    this.#copied = chunk
  }

  #gather(pieces: readonly Buffer[], length: number): void {
    this.#whole = Buffer.allocUnsafeSlow(length)
    let at = 0
    for (const piece of pieces) {
      this.#copy(this.#whole, piece, at)
      at += piece.length
    }
    this.#pieces = undefined
  }

  #release(): void {
    this.#taker = undefined
    this.#pieces = undefined
    this.#whole = undefined
    this.#copied = undefined
  }
}
