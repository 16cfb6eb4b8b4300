import type { SpooledFile } from './spooled-file.ts'

/** A form's bytes, or some of them, in memory or in a file. */
export type FormBytes = Buffer | FileBytes

/** Those between two places as a buffer: a view of what lies in memory, a copy of what lies in a file. */
export const bytesOf = (bytes: FormBytes, start = 0, end = bytes.length): Buffer =>
  Buffer.isBuffer(bytes) ? bytes.subarray(start, end) : bytes.read(start, end)

/** A part of a file, looked at as a buffer is. Places are never negative. */
export class FileBytes {
  readonly length: number
  readonly #file: SpooledFile
  readonly #start: number

  constructor(file: SpooledFile, start = 0, end = file.length) {
    this.#file = file
    this.#start = start
    this.length = end - start
  }

  at(place: number): number | undefined {
    return place < this.length ? this.#file.byteAt(this.#start + place) : undefined
  }

  indexOf(text: Buffer | string, from = 0): number {
    const sought = Buffer.isBuffer(text) ? text : Buffer.from(text)
    const known = this.#file.placeOf(sought, this.#start + from)
    if (known !== undefined)
      return known - this.#start + sought.length > this.length ? -1 : Math.max(-1, known - this.#start)
    for (let at = from; at + sought.length <= this.length; ) {
      const held = this.#file.windowFrom(this.#start + at).subarray(0, this.length - at)
      const found = held.indexOf(sought)
      if (found >= 0) return at + found
      // It may begin at the end of this window.
      at += Math.max(1, held.length - sought.length + 1)
    }
    return -1
  }

  subarray(start: number, end = this.length): FileBytes {
    const last = Math.min(end, this.length)
    return new FileBytes(this.#file, this.#start + Math.min(start, last), this.#start + last)
  }

  toString(encoding: BufferEncoding, start: number, end: number): string {
    return this.read(start, end).toString(encoding)
  }

  read(start: number, end: number): Buffer {
    return this.#file.read(this.#start + start, this.#start + Math.min(end, this.length))
  }

  readLater(start: number, end: number): Promise<Buffer> {
    return this.#file.readLater(this.#start + start, this.#start + Math.min(end, this.length))
  }
}
