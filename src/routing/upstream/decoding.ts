import type { Transform } from 'node:stream'
import { type Coding, createDecoder, isCoded } from '../../base/content-codings.ts'

export interface Decoded {
  data(chunk: Buffer): void
  end(): void
  /** It is not in this coding. */
  error(error: Error): void
}

/** Holds the sender back, and lets it go on. */
interface Brakes {
  pause(): void
  resume(): void
}

/**
 * Takes the content codings from a body as it comes. Memory is bounded, whatever a few bytes unfold to: while the taker
 * is paused nothing more is decoded, and while too much waits to be decoded the sender is held back.
 */
export class Decoding implements Brakes {
  readonly #codings: readonly Coding[]
  readonly #decoded: Decoded
  readonly #sender: Brakes
  #stages: Transform[] | undefined
  #over = false

  /** `codings`: in the order in which they were applied. */
  constructor(codings: readonly Coding[], decoded: Decoded, sender: Brakes) {
    this.#codings = codings
    this.#decoded = decoded
    this.#sender = sender
  }

  write(chunk: Buffer): void {
    if (this.#over || chunk.length === 0) return
    this.#stages ??= this.#start(chunk)
    const first = this.#stages[0]
    // It says that it is compressed, and is not.
    if (!first) this.#decoded.data(chunk)
    else if (!first.write(chunk)) {
      this.#sender.pause()
      first.once('drain', () => this.#sender.resume())
    }
  }

  /** The last byte has come. `Decoded.end` follows when all is decoded. */
  end(): void {
    if (this.#over) return
    const first = this.#stages?.[0]
    if (first) first.end()
    else this.#decoded.end()
  }

  pause(): void {
    const last = this.#stages?.at(-1)
    if (last) last.pause()
    else this.#sender.pause()
  }

  resume(): void {
    const last = this.#stages?.at(-1)
    if (last) last.resume()
    else this.#sender.resume()
  }

  /** Nothing more is decoded or passed on. */
  destroy(): void {
    this.#over = true
    for (const stage of this.#stages ?? []) stage.destroy()
  }

  #start(bytes: Buffer): Transform[] {
    const codings = this.#codings.toReversed()
    if (!isCoded(bytes, codings[0]!)) return []
    const stages = codings.map((coding, index) => createDecoder(coding, index === 0 ? bytes : undefined))
    for (const [index, stage] of stages.entries()) {
      stage.on('error', (error) => {
        if (!this.#over) this.#decoded.error(error)
      })
      const next = stages[index + 1]
      if (next) stage.pipe(next)
    }
    stages
      .at(-1)!
      .on('data', (chunk: Buffer) => {
        if (!this.#over) this.#decoded.data(chunk)
      })
      .on('end', () => {
        if (!this.#over) this.#decoded.end()
      })
    return stages
  }
}
