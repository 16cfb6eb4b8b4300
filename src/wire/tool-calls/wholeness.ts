const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Tells, piece by piece, where the first JSON value of a text ends: each character is looked at once, and nothing is
 * checked.
 */
export class Wholeness {
  /** The value is complete. A bare number never is: more digits may come. */
  whole = false
  #depth = 0
  #inString = false
  #escaped = false
  #word = ''

  /** Characters of `text` up to the end of the value, all of them when it does not end here. 0 once it is whole. */
  feed(text: string): number {
    let at = 0
    while (at < text.length && !this.whole) this.#look(text.charCodeAt(at++))
    return at
  }

  #look(code: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (code === BACKSLASH) this.#escaped = true
      else if (code === QUOTE) {
        this.#inString = false
        this.whole = this.#depth === 0
      }
    } else if (code === QUOTE) this.#inString = true
    else if (code === 0x7b || code === 0x5b) this.#depth++
    else if (code === 0x7d || code === 0x5d) this.whole = --this.#depth <= 0
    else if (this.#depth === 0 && code > 0x20) this.#literal(code)
  }

  #literal(code: number): void {
    this.#word += String.fromCharCode(code)
    this.whole = this.#word === 'null' || this.#word === 'true' || this.#word === 'false'
    // Anything else at the top is no JSON; what follows of it need not be kept.
    if (this.#word.length > 5) this.#word = '?'
  }
}
