/** Bytes of room for the first. */
const MIN_ROOM = 4096

/** Bytes that came too early, as one: a buffer for each of a thousand small pieces would take many times as much. */
export class HeldBytes {
  #length = 0
  #room = Buffer.allocUnsafeSlow(MIN_ROOM)

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length)
  }

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length
    if (length > this.#room.length) {
      const larger = Buffer.allocUnsafeSlow(2 * length)
      this.#room.copy(larger, 0, 0, this.#length)
      this.#room = larger
    }
    chunk.copy(this.#room, this.#length)
    this.#length = length
  }
}
