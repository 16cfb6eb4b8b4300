const STAR = 0x2a
/** Shorter texts are no secrets. */
const MIN_LENGTH = 8

/**
 * Blots secrets out of bytes that pass: services for testing, and error pages, repeat what they were sent. Each is
 * replaced by as many asterisks, so that lengths stay. Bytes are held back only while they may be the beginning of one.
 */
export class SecretMask {
  readonly #secrets: readonly Buffer[]
  #held: Buffer | undefined

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret.length >= MIN_LENGTH).map((secret) => Buffer.from(secret))
  }

  /** The bytes that may go on: the same, when there is nothing in them. */
  push(chunk: Buffer): Buffer {
    if (this.#secrets.length === 0) return chunk
    let bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    for (const secret of this.#secrets) bytes = blotted(bytes, secret)
    const kept = this.#openEnd(bytes)
    this.#held = kept === 0 ? undefined : bytes.subarray(bytes.length - kept)
    return kept === 0 ? bytes : bytes.subarray(0, bytes.length - kept)
  }

  /** What was held back. */
  end(): Buffer | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }

  text(text: string): string {
    return this.#secrets.reduce((left, secret) => left.replaceAll(secret.toString(), '*'.repeat(secret.length)), text)
  }

  /** Bytes at the end that a secret may begin with. */
  #openEnd(bytes: Buffer): number {
    let most = 0
    for (const secret of this.#secrets) {
      const from = Math.max(0, bytes.length - secret.length + 1)
      for (let at = bytes.indexOf(secret[0]!, from); at >= 0; at = bytes.indexOf(secret[0]!, at + 1)) {
        const length = bytes.length - at
        if (bytes.compare(secret, 0, length, at) === 0) {
          most = Math.max(most, length)
          break
        }
      }
    }
    return most
  }
}

function blotted(bytes: Buffer, secret: Buffer): Buffer {
  let own: Buffer | undefined
  for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + secret.length)) {
    own ??= Buffer.from(bytes)
    own.fill(STAR, at, at + secret.length)
  }
  return own ?? bytes
}
