import { withoutBillingLine } from '../../base/client-marks.ts'
import type { JsonObject } from '../../plugins/api.ts'

/** Characters hashed of each end of a text: enough to tell openings apart, and cheap for a prompt of any length. */
export const HASHED_END = 1024
/** What of a part is prompt. */
export const promptIn = (text: unknown): string => (typeof text === 'string' ? withoutBillingLine(text) : '')

/**
 * A 53-bit hash over texts: two multiplicative lanes (Knuth's constants, Murmur's finish). Not against an adversary: a
 * clash costs a cache.
 */
export class TextHash {
  #a = 0xdeadbeef
  #b = 0x41c6ce57

  /** A text, or the texts of an array of content parts. */
  add(content: unknown): void {
    if (typeof content === 'string') this.#text(withoutBillingLine(content))
    else if (Array.isArray(content)) for (const part of content as (JsonObject | null)[]) this.#part(part)
    this.#mix(0x1f)
  }

  /** For what is remembered for a while only: written with all bits, in decimals, which is several times quicker. */
  key(): string {
    return `${this.#a >>> 0}.${this.#b >>> 0}`
  }

  text(): string {
    const high = Math.imul(this.#a ^ (this.#a >>> 16), 2246822507) ^ Math.imul(this.#b ^ (this.#b >>> 13), 3266489909)
    const low = Math.imul(this.#b ^ (this.#b >>> 16), 2246822507) ^ Math.imul(this.#a ^ (this.#a >>> 13), 3266489909)
    return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
  }

  #part(part: JsonObject | null): void {
    const text = promptIn(part?.text)
    if (text !== '') this.#text(text)
    const media = part?.image_url ?? part?.source
    const data =
      typeof media === 'string'
        ? media
        : ((media as JsonObject | undefined)?.url ?? (media as JsonObject | undefined)?.data)
    if (typeof data === 'string') this.#text(data)
  }

  #text(text: string): void {
    // In locals, which is three times faster here.
    let a = this.#a
    let b = this.#b
    const { length } = text
    let from = 0
    let to = Math.min(length, HASHED_END)
    for (;;) {
      let i = from
      // Two characters a step: the multiplications wait for each other.
      for (; i + 1 < to; i += 2) {
        const codes = text.charCodeAt(i) ^ (text.charCodeAt(i + 1) << 16)
        a = Math.imul(a ^ codes, 2654435761)
        b = Math.imul(b ^ codes, 1597334677)
      }
      if (i < to) {
        const code = text.charCodeAt(i)
        a = Math.imul(a ^ code, 2654435761)
        b = Math.imul(b ^ code, 1597334677)
      }
      if (to === length) break
      from = Math.max(to, length - HASHED_END)
      to = length
    }
    this.#a = a
    this.#b = b
    this.#mix(text.length)
  }

  #mix(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 2654435761)
    this.#b = Math.imul(this.#b ^ value, 1597334677)
  }
}
