/**
 * Numbers as short text: unsigned base64 VLQ, the digits of source maps (five bits each, least significant first, 32
 * added while more follow) without their sign bit. Most counts are below 32 and take one character.
 */
const DIGITS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1')
/** Digit of a character, or 255. */
const VALUES = new Uint8Array(256).fill(255)
for (const [value, character] of DIGITS.entries()) VALUES[character] = value

/** Digits of the largest safe integer. */
const MAX_BYTES = 11

/**
 * Writes integers from 0 to 2^53 - 1. One writer can serve many texts; the text is flat, not a rope that would take
 * forty times its length.
 */
export class VlqWriter {
  #bytes = Buffer.alloc(4096)
  #length = 0

  write(value: number): void {
    if (this.#length + MAX_BYTES > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length)
    let rest = value
    while (rest >= 32) {
      this.#bytes[this.#length++] = DIGITS[32 + (rest % 32)]!
      rest = Math.floor(rest / 32)
    }
    this.#bytes[this.#length++] = DIGITS[rest]!
  }

  /** The text so far; the writer starts anew. */
  take(): string {
    const text = this.#bytes.toString('latin1', 0, this.#length)
    this.#length = 0
    return text
  }
}

/** Reads what `VlqWriter` wrote. After anything else `failed` is true and the numbers mean nothing. */
export class VlqReader {
  readonly #text: string
  #position = 0
  failed = false

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.failed || this.#position >= this.#text.length
  }

  next(): number {
    let value = 0
    for (let scale = 1; scale < Number.MAX_SAFE_INTEGER; scale *= 32) {
      // Past the end charCodeAt is NaN, and beyond the table there is nothing.
      const digit = VALUES[this.#text.charCodeAt(this.#position++)]
      if (digit === undefined || digit > 63) break
      value += (digit & 31) * scale
      if (digit < 32) return value
    }
    this.failed = true
    return 0
  }
}
