/** More than a form may have parts: what is found more often is looked for again. */
const MAX_PLACES = 1024

/** Where a text stands in bytes that come in pieces. */
export class Places {
  readonly #text: Buffer
  readonly #found: number[] = []
  /** The last bytes: the text may begin in them. */
  #tail = Buffer.alloc(0)
  #length = 0

  constructor(text: Buffer) {
    this.#text = text
  }

  /** The next bytes; nothing of them is kept. */
  add(bytes: Buffer): void {
    const edge = this.#text.length - 1
    this.#note(Buffer.concat([this.#tail, bytes.subarray(0, edge)]), this.#length - this.#tail.length)
    this.#note(bytes, this.#length)
    this.#length += bytes.length
    const last = bytes.length < edge ? Buffer.concat([this.#tail, bytes]) : bytes
    this.#tail = Buffer.from(last.subarray(Math.max(0, last.length - edge)))
  }

  /** The first place from `from` on, or -1; undefined for another text, or one that stands there too often. */
  after(text: Buffer, from: number): number | undefined {
    if (this.#found.length >= MAX_PLACES || !text.equals(this.#text)) return undefined
    return this.#found.find((place) => place >= from) ?? -1
  }

  #note(bytes: Buffer, start: number): void {
    for (let at = bytes.indexOf(this.#text); at >= 0; at = bytes.indexOf(this.#text, at + 1)) {
      if (this.#found.length >= MAX_PLACES) return
      this.#found.push(start + at)
    }
  }
}
