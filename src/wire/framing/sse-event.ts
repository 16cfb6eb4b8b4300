import type { FramedEvent } from './framing.ts'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a

/**
 * One block between blank lines: `buffer[start, end)` with its line ends. Comment blocks and stray blank lines are
 * given too, with `data` undefined, so that the blocks in a row are exactly the bytes that came in.
 */
export class SseEvent implements FramedEvent {
  buffer: Buffer
  start: number
  end: number
  /** Some of its lines end with a CR alone. */
  loneCr: boolean
  #scanned = false
  #name: string | undefined
  #from = -1
  #to = -1
  /** Set instead of the range when the data has several lines. */
  #joined: string | undefined

  constructor(buffer: Buffer, start: number, end: number, loneCr: boolean) {
    this.buffer = buffer
    this.start = start
    this.end = end
    this.loneCr = loneCr
  }

  /** Becomes another block: for who makes one object do for all. */
  reset(buffer: Buffer, start: number, end: number, loneCr: boolean): void {
    this.buffer = buffer
    this.start = start
    this.end = end
    this.loneCr = loneCr
    this.#scanned = false
    this.#name = undefined
    this.#from = -1
    this.#to = -1
    this.#joined = undefined
  }

  /** Its bytes, line ends included. Shares memory with the chunk it came in. */
  get raw(): Buffer {
    return this.buffer.subarray(this.start, this.end)
  }

  /** The last `event:` field, undefined when there was none. */
  get event(): string | undefined {
    this.#scan()
    return this.#name
  }

  /** The `data:` fields, joined with line feeds; undefined when there was none. */
  get data(): string | undefined {
    this.#scan()
    if (this.#joined !== undefined) return this.#joined
    return this.#from < 0 ? undefined : this.buffer.toString('utf8', this.#from, this.#to)
  }

  /** There is no data, or none to speak of. */
  get blank(): boolean {
    this.#scan()
    return this.#joined === undefined && this.#from === this.#to
  }

  /** Where the data stands in `buffer`: [from, to). -1 when there is none, or when it has several lines. */
  get dataStart(): number {
    this.#scan()
    return this.#from
  }

  get dataEnd(): number {
    return this.#to
  }

  #scan(): void {
    if (this.#scanned) return
    this.#scanned = true
    const { buffer, start } = this
    let end = this.end
    while (end > start && (buffer[end - 1] === LF || buffer[end - 1] === CR)) end--
    let at = start
    // A byte order mark may open the stream.
    if (buffer[at] === 0xef && buffer[at + 1] === 0xbb && buffer[at + 2] === 0xbf) at += 3
    while (at < end) {
      const next = this.#lineEnd(at, end)
      const to = !this.loneCr && buffer[next - 1] === CR ? next - 1 : next
      this.#field(at, to)
      at = next + 1
    }
  }

  #lineEnd(from: number, end: number): number {
    const { buffer } = this
    if (this.loneCr) {
      for (let at = from; at < end; at++) if (buffer[at] === LF || buffer[at] === CR) return at
      return end
    }
    // Bounded: blocks without a lone CR end with a line feed, so the search never runs past the block.
    const found = buffer.indexOf(LF, from)
    return found < 0 || found > end ? end : found
  }

  #field(from: number, to: number): void {
    const { buffer } = this
    if (startsWith(buffer, from, to, DATA)) {
      const start = valueStart(buffer, from + 4, to)
      if (this.#joined !== undefined) this.#joined += `\n${buffer.toString('utf8', start, to)}`
      else if (this.#from < 0) {
        this.#from = start
        this.#to = to
      } else {
        this.#joined = `${buffer.toString('utf8', this.#from, this.#to)}\n${buffer.toString('utf8', start, to)}`
        this.#from = -1
        this.#to = -1
      }
    } else if (startsWith(buffer, from, to, EVENT)) {
      this.#name = nameOf(buffer, valueStart(buffer, from + 5, to), to)
    }
  }
}

const DATA = Buffer.from('data')
const EVENT = Buffer.from('event')

let recentName = ''

/** Neighbouring events mostly have the same name, which then need not be decoded again. */
function nameOf(buffer: Buffer, start: number, end: number): string {
  let i = 0
  while (i < recentName.length && buffer[start + i] === recentName.charCodeAt(i)) i++
  // A byte above 0x7f is never equal to the character it stands for, or is decoded.
  if (i !== recentName.length || i !== end - start) recentName = buffer.toString('utf8', start, end)
  return recentName
}

/** True when the line is the field `name`, with or without a value. */
function startsWith(buffer: Buffer, from: number, to: number, name: Buffer): boolean {
  if (to - from < name.length || (to - from > name.length && buffer[from + name.length] !== COLON)) return false
  for (let i = 0; i < name.length; i++) if (buffer[from + i] !== name[i]) return false
  return true
}

/** Where the value begins that ends at `to`: behind the colon, without the one space that may follow it. */
function valueStart(buffer: Buffer, colon: number, to: number): number {
  const start = colon + 1
  if (start > to) return to
  return start < to && buffer[start] === SPACE ? start + 1 : start
}
