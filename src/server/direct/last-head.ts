import { OWN_KEYS_HEADER } from '../../access/own-keys.ts'
import { digitsEnd, lengthIn, type ReadHead, type RequestHead, readHead } from './read-head.ts'

/** Bytes; a larger head is Node's. */
const MAX_HEAD = 8 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')

/** Reads the heads of a connection, of which most clients send the same again, but for the length of the body. */
export class LastHead {
  /** Bytes of the head that was read last: where its body begins. */
  length = 0
  #bytes: Buffer | undefined
  #head: ReadHead | undefined

  /** Undefined: it is not ordinary, or not there as a whole. */
  read(chunk: Buffer): RequestHead | undefined {
    const again = this.#bytes && this.#again(this.#bytes, this.#head!, chunk)
    if (again) return again
    const end = chunk.indexOf(HEAD_END)
    if (end < 0 || end > MAX_HEAD) return undefined
    this.length = end + HEAD_END.length
    const head = readHead(chunk.toString('latin1', 0, end + 2))
    // Keys of a client's own are kept no longer than their request.
    const isKept = head !== undefined && !(OWN_KEYS_HEADER in head.headers)
    this.#bytes = isKept ? Buffer.from(chunk.subarray(0, this.length)) : undefined
    this.#head = isKept ? head : undefined
    return head
  }

  /**
   * Undefined unless it is what is kept, byte by byte, or has another length of the body there and no other difference:
   * then it would be read as that was.
   */
  #again(last: Buffer, head: ReadHead, chunk: Buffer): RequestHead | undefined {
    if (isThere(last, 0, last.length, chunk, 0)) {
      this.length = last.length
      return head
    }
    const { url, headers, digitsFrom, digitsTo } = head
    if (!isThere(last, 0, digitsFrom, chunk, 0)) return undefined
    const end = digitsEnd(chunk, digitsFrom)
    const bodyLength = lengthIn(chunk, digitsFrom, end)
    if (bodyLength === undefined || !isThere(last, digitsTo, last.length, chunk, end)) return undefined
    this.length = end + last.length - digitsTo
    return { url, headers, bodyLength }
  }
}

/** Whether `bytes[from, to)` stands in the chunk, from `at` on. */
const isThere = (bytes: Buffer, from: number, to: number, chunk: Buffer, at: number): boolean =>
  chunk.length >= at + to - from && chunk.compare(bytes, from, to, at, at + to - from) === 0
