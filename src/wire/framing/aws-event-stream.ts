import { crc32 } from 'node:zlib'
import { ByteBudget } from '../../base/byte-budget.ts'
import { frameOf } from './aws-frame.ts'
import { type FramedEvent, type Framer, type FramingLimits, MAX_EVENT_BYTES, type Overflow } from './framing.ts'

/** Length of the frame, length of its headers, checksum of the two. */
const PRELUDE_BYTES = 12
const CHECKSUM_BYTES = 4
const MIN_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES
const MAX_HEADER_BYTES = 128 * 1024
const MAX_FRAME_BYTES = 16 * 1024 * 1024 + MAX_HEADER_BYTES + MIN_BYTES

/**
 * `application/vnd.amazon.eventstream` (https://smithy.io/2.0/aws/amazon-eventstream.html): frames with their length in
 * front, and checksums. A frame that says it is longer than the format allows is refused before any of it is held.
 */
export class AwsEventStreamParser implements Framer {
  readonly beginsAnyhow = true
  readonly maxEventBytes: number
  readonly #budget: ByteBudget
  overflow: Overflow | undefined
  #held: Buffer[] = []
  #length = 0
  /** Of the frame that is held, once its prelude is there. */
  #total = 0

  constructor({ maxEventBytes = MAX_EVENT_BYTES, budget = new ByteBudget() }: FramingLimits = {}) {
    this.maxEventBytes = Math.min(maxEventBytes, MAX_FRAME_BYTES)
    this.#budget = budget
  }

  push(chunk: Buffer): FramedEvent[] {
    const events: FramedEvent[] = []
    let at = 0
    while (this.overflow === undefined && at < chunk.length) {
      const total = this.#length === 0 && chunk.length - at >= PRELUDE_BYTES ? this.#totalOf(chunk, at) : 0
      if (this.overflow !== undefined) break
      if (total > 0 && total <= chunk.length - at) {
        this.#read(chunk.subarray(at, at + total), events)
        at += total
      } else at = this.#hold(chunk, at, events)
    }
    return events
  }

  /** What is held then is a frame that was cut, and worth nothing. */
  end(): undefined {
    return undefined
  }

  close(): void {
    this.#budget.give(this.#length)
    this.#held = []
    this.#length = 0
    this.#total = 0
  }

  /** Of the frame that begins there: 0 when it cannot be one. */
  #totalOf(bytes: Buffer, at: number): number {
    const total = bytes.readUInt32BE(at)
    const headers = bytes.readUInt32BE(at + 4)
    const isSound = total >= MIN_BYTES && headers <= Math.min(total - MIN_BYTES, MAX_HEADER_BYTES)
    if (!isSound || crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) return this.#stop('framing')
    return total > this.maxEventBytes ? this.#stop('event') : total
  }

  /** Copies, so that a small tail does not keep a large chunk alive: up to the prelude first, then up to the end. */
  #hold(chunk: Buffer, from: number, events: FramedEvent[]): number {
    const wanted = (this.#total || PRELUDE_BYTES) - this.#length
    const to = Math.min(from + wanted, chunk.length)
    if (!this.#budget.take(to - from)) {
      this.#stop('budget')
      return to
    }
    this.#held.push(Buffer.from(chunk.subarray(from, to)))
    this.#length += to - from
    if (this.#length === this.#total) {
      const frame = Buffer.concat(this.#held)
      this.close()
      this.#read(frame, events)
    } else if (this.#total === 0 && this.#length === PRELUDE_BYTES) {
      this.#total = this.#totalOf(Buffer.concat(this.#held), 0)
    }
    return to
  }

  #read(frame: Buffer, events: FramedEvent[]): void {
    const end = frame.length - CHECKSUM_BYTES
    const headersEnd = PRELUDE_BYTES + frame.readUInt32BE(4)
    const event =
      crc32(frame.subarray(0, end)) === frame.readUInt32BE(end)
        ? frameOf(frame.subarray(PRELUDE_BYTES, headersEnd), frame.subarray(headersEnd, end))
        : undefined
    if (event) events.push(event)
    else this.#stop('framing')
  }

  #stop(overflow: Overflow): 0 {
    this.overflow = overflow
    this.close()
    return 0
  }
}
