import { OWN_KEYS_HEADER } from '../../access/own-keys.ts'
import { type RequestHead, readHead } from './read-head.ts'

/** Bytes; a larger head is Node's. */
const MAX_HEAD = 8 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')

/** Reads the heads of a connection, of which most clients send the same again. */
export class LastHead {
  /** Bytes of the head that was read last: where its body begins. */
  length = 0
  #bytes: Buffer | undefined
  #head: RequestHead | undefined

  /** Undefined: it is not ordinary, or not there as a whole. */
  read(chunk: Buffer): RequestHead | undefined {
    const last = this.#bytes
    if (last && chunk.length >= last.length && chunk.compare(last, 0, last.length, 0, last.length) === 0)
      return this.#head
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
}
