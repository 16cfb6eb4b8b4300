/** Bytes of an error body that are read; the rest is cut off. */
const ERROR_BODY_LIMIT = 64 * 1024

/** The body of an answer that is an error. */
export class ErrorBody {
  readonly #chunks: Buffer[] = []
  #bytes = 0

  /** True when no more of it is read. */
  push(chunk: Buffer): boolean {
    const room = ERROR_BODY_LIMIT - this.#bytes
    if (room <= 0) return true
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    this.#bytes += chunk.length
    return this.#bytes >= ERROR_BODY_LIMIT
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}
