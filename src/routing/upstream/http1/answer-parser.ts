import type { IncomingHttpHeaders } from 'node:http'
import { type AnswerHead, readHead } from './answer-head.ts'

/** What becomes of an answer as it is parsed. */
export interface AnswerTaker {
  head(status: number, headers: IncomingHttpHeaders): void
  data(bytes: Buffer): void
  /** All of it has come. */
  end(): void
}

/** Bytes of a head, and of the extensions of a chunk or the trailers of an answer. */
const HEAD_LIMIT = 16 * 1024
/** Bytes of all interim answers to a request. */
const INTERIM_LIMIT = 256 * 1024
/** A size with more digits would not be exact as a number. */
const MAX_SIZE_DIGITS = 12

const CR = 0x0d
const LF = 0x0a
const SEMICOLON = 0x3b
const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** What comes next. */
const IDLE = 0
const HEAD = 1
const BODY = 2
const UNTIL_CLOSE = 3
const CHUNK_SIZE = 4
const CHUNK_EXTENSION = 5
const CHUNK_SIZE_END = 6
const CHUNK = 7
const CHUNK_END = 8
const CHUNK_END_LF = 9
const TRAILER = 10
const TRAILER_LF = 11

/**
 * Parses the answers on one HTTP/1.1 connection (RFC 9112), one after another, as their bytes come. Strict: what two
 * readers could take for different answers is an error, with a code as llhttp has them. Interim answers (RFC 9110,
 * section 15.2) are skipped.
 */
export class AnswerParser {
  /** After the end: whether the connection may be used again. */
  keepsAlive = false
  /** After the end: what the server says it keeps the connection for. Milliseconds; undefined: it says nothing. */
  keepAliveMs: number | undefined
  readonly #taker: AnswerTaker
  #part = IDLE
  #isHead = false
  #stopped = false
  /** A head of which the end has not come. */
  #held: Buffer = NOTHING
  /** Of the body or chunk, the bytes to come. */
  #left = 0
  #digits = 0
  /** Bytes of what is limited. */
  #seen = 0
  #lineBytes = 0
  #interimBytes = 0

  constructor(taker: AnswerTaker) {
    this.#taker = taker
  }

  /** A request goes out. `isHead`: by HEAD, whose answer has no body. */
  expect(isHead: boolean): void {
    this.#part = HEAD
    this.#isHead = isHead
    this.#interimBytes = 0
  }

  /** Nothing is parsed any more, also of what is being pushed. */
  stop(): void {
    this.#stopped = true
    this.#held = NOTHING
  }

  /** The other side has closed: true where that is an answer's end. */
  closed(): boolean {
    if (this.#part !== UNTIL_CLOSE || this.#stopped) return false
    this.#end()
    return true
  }

  /** An error when it is no valid answer. */
  push(chunk: Buffer): Error | undefined {
    let at = 0
    while (at < chunk.length && !this.#stopped) {
      switch (this.#part) {
        case IDLE:
          // Nobody has asked for it: it might be taken for the answer to the next request.
          this.keepsAlive = false
          return undefined
        case HEAD: {
          const end = this.#takeHead(chunk, at)
          if (typeof end !== 'number') return end
          at = end
          break
        }
        case BODY:
        case CHUNK:
        case UNTIL_CLOSE:
          at = this.#takeBody(chunk, at)
          break
        default: {
          const error = this.#takeFrame(chunk[at]!)
          if (error !== undefined) return invalid(error)
          at++
        }
      }
    }
    return undefined
  }

  /** Where the bytes go on behind the head, or an error. */
  #takeHead(chunk: Buffer, from: number): number | Error {
    const before = this.#held.length
    const bytes = before > 0 ? Buffer.concat([this.#held, chunk.subarray(from)]) : chunk
    let start = before > 0 ? 0 : from
    const origin = start
    // Some servers send a blank line too many behind a body.
    while (bytes[start] === CR && bytes[start + 1] === LF) start += 2
    const end = bytes.indexOf(HEAD_END, Math.max(start, before - HEAD_END.length))
    if ((end < 0 ? bytes.length : end) - origin > HEAD_LIMIT) return invalid('HEADER_OVERFLOW')
    if (end < 0) {
      this.#held = before > 0 ? bytes : Buffer.from(bytes.subarray(from))
      return chunk.length
    }
    this.#held = NOTHING
    const head = readHead(bytes.toString('latin1', start, end + 2))
    if (typeof head === 'string') return invalid(head)
    if (head.status >= 200 || head.status === 101) this.#begin(head)
    else {
      this.#interimBytes += end - origin
      if (this.#interimBytes > INTERIM_LIMIT) return invalid('HEADER_OVERFLOW')
    }
    return from + end + HEAD_END.length - origin - before
  }

  #begin(head: AnswerHead): void {
    const { status, headers, length, isChunked } = head
    this.keepsAlive = head.keepsAlive
    this.keepAliveMs = head.keepAliveMs
    const isEmpty = this.#isHead || status === 204 || status === 304
    // A body that is not to be there may follow all the same.
    if (isEmpty && !this.#isHead && (isChunked || length)) this.keepsAlive = false
    const hasEnd = isEmpty || isChunked || length !== undefined
    if (!hasEnd) this.keepsAlive = false
    this.#left = length ?? 0
    this.#digits = 0
    this.#seen = 0
    this.#part = isChunked ? CHUNK_SIZE : length === undefined ? UNTIL_CLOSE : BODY
    this.#taker.head(status, headers)
    if (!this.#stopped && (isEmpty || (this.#part === BODY && length === 0))) this.#end()
  }

  #end(): void {
    this.#part = IDLE
    this.#taker.end()
  }

  #takeBody(chunk: Buffer, from: number): number {
    const rest = chunk.length - from
    const size = this.#part === UNTIL_CLOSE ? rest : Math.min(rest, this.#left)
    const to = from + size
    this.#left -= size
    this.#taker.data(size === chunk.length ? chunk : chunk.subarray(from, to))
    if (this.#left > 0 || this.#part === UNTIL_CLOSE || this.#stopped) return to
    if (this.#part === BODY) this.#end()
    else this.#part = CHUNK_END
    return to
  }

  /** A byte between the chunks. Gives what is wrong with it. */
  #takeFrame(byte: number): string | undefined {
    switch (this.#part) {
      case CHUNK_SIZE: {
        const digit = hexDigit(byte)
        if (digit >= 0) {
          if (++this.#digits > MAX_SIZE_DIGITS) return 'INVALID_CHUNK_SIZE'
          this.#left = this.#left * 16 + digit
        } else if (this.#digits === 0) return 'INVALID_CHUNK_SIZE'
        else if (byte === CR) this.#part = CHUNK_SIZE_END
        else if (byte === SEMICOLON) this.#part = CHUNK_EXTENSION
        else return 'INVALID_CHUNK_SIZE'
        return undefined
      }
      case CHUNK_EXTENSION:
        if (byte === LF || ++this.#seen > HEAD_LIMIT) return 'STRICT'
        if (byte === CR) this.#part = CHUNK_SIZE_END
        return undefined
      case CHUNK_SIZE_END:
        if (byte !== LF) return 'STRICT'
        this.#lineBytes = 0
        this.#seen = 0
        this.#part = this.#left > 0 ? CHUNK : TRAILER
        return undefined
      case CHUNK_END:
        if (byte !== CR) return 'STRICT'
        this.#part = CHUNK_END_LF
        return undefined
      case CHUNK_END_LF:
        if (byte !== LF) return 'STRICT'
        this.#digits = 0
        this.#part = CHUNK_SIZE
        return undefined
      case TRAILER:
        if (byte === CR) this.#part = TRAILER_LF
        else if (byte === LF) return 'STRICT'
        else {
          this.#lineBytes++
          if (++this.#seen > HEAD_LIMIT) return 'HEADER_OVERFLOW'
        }
        return undefined
      default:
        if (byte !== LF) return 'STRICT'
        this.#part = TRAILER
        if (this.#lineBytes === 0) this.#end()
        this.#lineBytes = 0
        return undefined
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** In the codes of llhttp, which are understood already. */
const invalid = (what: string): Error => Object.assign(new Error(what), { code: `HPE_${what}` })
