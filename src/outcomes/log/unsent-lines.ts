import type { RequestRecord } from '../../plugins/api.ts'
import type { FinishedRequest } from './finished-request.ts'
import { LineRing } from './line-ring.ts'
import { hashOf, LINE, type Lines } from './lines.ts'

/**
 * Lines that wait to be sent, as bytes in a ring: what is sent are pieces of it, and no line is an object of its own.
 * Past `capacity` lines, or the ring's bytes, they are lost.
 */
export class UnsentLines {
  readonly #ring: LineRing
  readonly #index: Uint32Array
  #count = 0
  #refused = 0
  /** Lines that the ring had lost before those that wait. */
  #lostBefore = 0

  constructor(capacity: number, ring = new LineRing()) {
    this.#ring = ring
    this.#index = new Uint32Array(LINE.numbers * capacity)
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** Lines that found no room. */
  get lost(): number {
    return this.#ring.lost + this.#refused
  }

  add(request: FinishedRequest | RequestRecord): void {
    if (!this.#hasRoom()) return
    const { from, to } = this.#ring.add(request)
    const { id, upstreamId } = request
    this.#note(hashOf(id), upstreamId === undefined ? 0 : hashOf(upstreamId), to - from)
  }

  /** A line of another kind. */
  addLine(text: string): void {
    if (!this.#hasRoom()) return
    const { from, to } = this.#ring.addLine(text)
    this.#note(0, 0, to - from)
  }

  /** All that wait, in few pieces: good until the next line is added. They wait no longer. */
  take(): Lines[] {
    const pieces: Lines[] = []
    let line = this.#ring.lost - this.#lostBefore
    for (let segment = this.#ring.unsaved(); segment; segment = this.#ring.unsaved()) {
      const bytes = segment.bytes.subarray(segment.saved, segment.end)
      const first = line
      for (let left = bytes.length; left > 0; line++) left -= this.#index[LINE.numbers * line + LINE.bytes]!
      pieces.push({ bytes, index: this.#index.slice(LINE.numbers * first, LINE.numbers * line) })
      this.#ring.save(segment, bytes.length)
    }
    this.#count = 0
    this.#lostBefore = this.#ring.lost
    return pieces
  }

  #hasRoom(): boolean {
    const hasRoom = LINE.numbers * this.#count < this.#index.length
    if (!hasRoom) this.#refused++
    return hasRoom
  }

  #note(id: number, upstreamId: number, length: number): void {
    const at = LINE.numbers * this.#count++
    this.#index[at + LINE.id] = id
    this.#index[at + LINE.upstreamId] = upstreamId
    this.#index[at + LINE.bytes] = length + 1
  }
}
