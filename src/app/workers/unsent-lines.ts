import { LineRing } from '../../outcomes/log/line-ring.ts'

/**
 * Lines of records that wait to be sent, as bytes in a ring: what is sent are pieces of it, and no line is an object of
 * its own. Past the ring's bytes the oldest are lost.
 */
export class UnsentLines {
  readonly #ring: LineRing

  constructor(ring = new LineRing()) {
    this.#ring = ring
  }

  get isEmpty(): boolean {
    return this.#ring.waiting === 0
  }

  /** Lines that found no room. */
  get lost(): number {
    return this.#ring.lost
  }

  /** Takes a line in UTF-8, without its line end. */
  add(line: Uint8Array): void {
    this.#ring.addLine(line)
  }

  /** All that wait, in few pieces, each line with its end: good until the next one is added. They wait no longer. */
  take(): Uint8Array[] {
    const pieces: Uint8Array[] = []
    for (let segment = this.#ring.unsaved(); segment; segment = this.#ring.unsaved()) {
      const bytes = segment.bytes.subarray(segment.saved, segment.end)
      pieces.push(bytes)
      this.#ring.save(segment, bytes.length)
    }
    return pieces
  }
}
