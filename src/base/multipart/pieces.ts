import { lendToSend } from '../give-back.ts'
import { bytesOf, type FormBytes } from './form-bytes.ts'

/** Bytes handed out at once: a socket, and above all TLS, keeps a copy of what it cannot send yet. */
const SLICE = 64 * 1024

/** Bytes that lie in several places, as one body. It can be sent any number of times. */
export class Pieces implements Iterable<Buffer>, AsyncIterable<Buffer> {
  readonly length: number
  readonly #pieces: readonly FormBytes[]

  constructor(pieces: readonly FormBytes[]) {
    this.#pieces = pieces
    let length = 0
    for (const piece of pieces) length += piece.length
    this.length = length
  }

  *[Symbol.iterator](): Generator<Buffer, void, undefined> {
    for (const piece of this.#pieces)
      for (let at = 0; at < piece.length; at += SLICE) yield bytesOf(piece, at, at + SLICE)
  }

  /** The same for a socket: nothing waits for a disk meanwhile, and what was read is lent until it has been sent. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for (const piece of this.#pieces)
      for (let at = 0; at < piece.length; at += SLICE)
        yield Buffer.isBuffer(piece)
          ? piece.subarray(at, at + SLICE)
          : lendToSend(await piece.readLater(at, at + SLICE))
  }

  /** A copy, in one piece. */
  toBuffer(): Buffer {
    return Buffer.concat([...this], this.length)
  }
}
