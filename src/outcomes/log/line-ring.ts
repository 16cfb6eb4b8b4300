import type { RequestRecord } from '../../plugins/api.ts'
import type { FinishedRequest } from './finished-request.ts'
import { LineWriter } from './line-writer.ts'
import { writeRecord } from './record-line.ts'

/** Of one buffer. */
const SEGMENT_BYTES = 512 * 1024
/** Of all buffers together, unless a single line is longer. */
const RING_BYTES = 8 * 1024 * 1024
const NEWLINE = 0x0a

/** One buffer of the ring. Only whole lines count; what follows them is being written. */
export interface Segment {
  /** Counts up by one from segment to segment. */
  readonly number: number
  readonly bytes: Buffer
  /** Where the whole lines end, and up to where they have been saved. */
  end: number
  saved: number
}

/** Where a line is, without its line end. */
export interface LinePlace {
  readonly segment: number
  readonly from: number
  readonly to: number
}

/**
 * The last lines, as bytes, in a bounded ring of buffers, which grows as it is needed. A buffer is used again when all
 * others are full: what is in it is then forgotten, saved or not.
 */
export class LineRing {
  readonly #segmentBytes: number
  readonly #ringBytes: number
  readonly #writer: LineWriter
  /** Oldest first; the last one is being filled. */
  readonly #segments: Segment[] = []
  #held = 0
  #count = 0
  #waiting = 0
  #lost = 0

  constructor({ segmentBytes = SEGMENT_BYTES, ringBytes = RING_BYTES } = {}) {
    this.#segmentBytes = segmentBytes
    this.#ringBytes = ringBytes
    this.#writer = new LineWriter((bytes) => this.#nextSegment(bytes))
  }

  /** Lines that were forgotten before they were saved. */
  get lost(): number {
    return this.#lost
  }

  /** Bytes that are not saved yet. */
  get waiting(): number {
    return this.#waiting
  }

  add(request: FinishedRequest | RequestRecord): LinePlace {
    writeRecord(this.#writer, request)
    return this.#end()
  }

  /** A line that stands already, without its line end; bytes are UTF-8. */
  addLine(line: string | Uint8Array): LinePlace {
    this.#writer.rewind()
    if (typeof line === 'string') this.#writer.plain(line)
    else this.#writer.raw(line)
    return this.#end()
  }

  #end(): LinePlace {
    const writer = this.#writer
    writer.byte(NEWLINE)
    const { start, at } = writer
    const segment = this.#segments.at(-1)!
    segment.end = at
    this.#waiting += at - start
    writer.end()
    return { segment: segment.number, from: start, to: at - 1 }
  }

  /** The line there; undefined once it is forgotten. */
  lineAt(place: LinePlace): string | undefined {
    return this.bytesAt(place)?.toString()
  }

  /** Its bytes where they are: good until the next line is added. Undefined once it is forgotten. */
  bytesAt({ segment, from, to }: LinePlace): Buffer | undefined {
    const oldest = this.#segments[0]!.number
    return this.#segments[segment - oldest]?.bytes.subarray(from, to)
  }

  /** The oldest segment with lines to save. */
  unsaved(): Segment | undefined {
    return this.#segments.find(({ saved, end }) => saved < end)
  }

  /** So many bytes more of a segment are saved; it may have been forgotten meanwhile. */
  save(segment: Segment, bytes: number): void {
    if (segment.number < this.#segments[0]!.number) return
    segment.saved += bytes
    this.#waiting -= bytes
  }

  #nextSegment(bytes: number): Buffer {
    const size = bytes <= this.#segmentBytes ? this.#segmentBytes : 2 * bytes
    let free: Buffer | undefined
    while (this.#segments.length > 1 && this.#held + size > this.#ringBytes) free = this.#forgetOldest() ?? free
    const buffer = free?.length === size ? free : Buffer.allocUnsafeSlow(size)
    this.#held += size
    this.#segments.push({ number: this.#count++, bytes: buffer, end: 0, saved: 0 })
    return buffer
  }

  /** Gives its buffer, unless that may be on its way to disk. */
  #forgetOldest(): Buffer | undefined {
    const { bytes, saved, end } = this.#segments.shift()!
    this.#held -= bytes.length
    if (saved === end) return bytes
    this.#waiting -= end - saved
    for (let at = saved; at < end; at = bytes.indexOf(NEWLINE, at) + 1) this.#lost++
    return undefined
  }
}
