import { ByteBudget } from '../../base/byte-budget.ts'
import { type FramedEvent, type Framer, type FramingLimits, MAX_EVENT_BYTES, type Overflow } from './framing.ts'

const LF = 0x0a

/** One JSON text a line (https://github.com/ndjson/ndjson-spec): Ollama's own API streams so. Events have no names. */
export class NdjsonParser implements Framer {
  readonly beginsAnyhow = true
  readonly maxEventBytes: number
  readonly #budget: ByteBudget
  overflow: Overflow | undefined
  #held: Buffer[] = []
  #length = 0

  constructor({ maxEventBytes = MAX_EVENT_BYTES, budget = new ByteBudget() }: FramingLimits = {}) {
    this.maxEventBytes = maxEventBytes
    this.#budget = budget
  }

  push(chunk: Buffer): FramedEvent[] {
    const events: FramedEvent[] = []
    let at = 0
    while (!this.overflow && at < chunk.length) {
      const end = chunk.indexOf(LF, at)
      this.#hold(chunk.subarray(at, end < 0 ? chunk.length : end), end < 0)
      if (this.overflow || end < 0) break
      events.push(this.#take())
      at = end + 1
    }
    return events
  }

  end(): FramedEvent | undefined {
    return this.#length === 0 ? undefined : this.#take()
  }

  close(): void {
    this.#budget.give(this.#length)
    this.#held = []
    this.#length = 0
  }

  /** `stays`: the chunk does not have its end, so it is copied: a small tail does not keep a large chunk alive. */
  #hold(bytes: Buffer, stays: boolean): void {
    if (this.#length + bytes.length > this.maxEventBytes) this.overflow = 'event'
    else if (!this.#budget.take(bytes.length)) this.overflow = 'budget'
    if (this.overflow) {
      this.close()
      return
    }
    this.#length += bytes.length
    this.#held.push(stays ? Buffer.from(bytes) : bytes)
  }

  #take(): FramedEvent {
    const line = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
    this.close()
    const data = line.toString().trim()
    return { event: undefined, data, blank: data === '' }
  }
}
