/**
 * Server-Sent Events (WHATWG HTML, section 9.2) over bytes: nothing is decoded before somebody asks for it, so that a
 * passing stream costs one native search per event.
 */

import { ByteBudget } from '../../base/byte-budget.ts'
import { type Framer, type FramingLimits, MAX_EVENT_BYTES } from './framing.ts'
import { SseEvent } from './sse-event.ts'

const NOTHING = Buffer.alloc(0)
const NO_EVENTS: readonly SseEvent[] = []
/** Events of one chunk whose objects are kept. */
const MAX_SPARE = 8
const LF = 0x0a
const CR = 0x0d

/** Looks at every byte once. */
export class SseParser implements Framer<SseEvent> {
  readonly maxEventBytes: number
  readonly #budget: ByteBudget
  overflow: 'event' | 'budget' | undefined
  /** The open event's bytes so far; only the first `#length` of the Buffer are filled. */
  #held: Buffer = NOTHING
  #length = 0
  #inLine = false
  #afterCr = false
  #loneCr = false
  #nextLf = -1
  #nextCr = -1
  /** Undefined: each event is an object of its own. */
  readonly #spare: (SseEvent | undefined)[] | undefined
  /** Made with its one place: a list that grows makes room for seventeen. */
  #single: SseEvent[] | undefined

  /**
   * `reuses`: what `push` gives holds until it is called again, and its objects do for all of the stream. For who deals
   * with the events as they come.
   */
  constructor({ maxEventBytes = MAX_EVENT_BYTES, budget = new ByteBudget() }: FramingLimits = {}, reuses = false) {
    this.maxEventBytes = maxEventBytes
    this.#budget = budget
    this.#spare = reuses ? new Array(MAX_SPARE) : undefined
  }

  /** The events that this chunk completes. They share its memory. */
  push(chunk: Buffer): readonly SseEvent[] {
    // Most chunks have one event, and a list made by `push` has room for many.
    let events: SseEvent[] | undefined
    let count = 0
    if (this.overflow || chunk.length === 0) return NO_EVENTS
    this.#nextLf = chunk.indexOf(LF)
    this.#nextCr = chunk.indexOf(CR)
    let at = 0
    while (at < chunk.length) {
      const end = this.#boundary(chunk, at)
      const size = (end < 0 ? chunk.length : end) - at + this.#length
      const whole = end >= 0 && this.#length === 0
      if (size > this.maxEventBytes) this.overflow = 'event'
      else if (!whole && !this.#hold(chunk, at, end < 0 ? chunk.length : end)) this.overflow = 'budget'
      if (this.overflow) this.close()
      if (this.overflow || end < 0) break
      const event = whole ? this.#event(count, chunk, at, end) : this.#take()
      if (!events) events = this.#listOf(event)
      else if (count === 1) events = [events[0]!, event]
      else if (count === 2) events = [events[0]!, events[1]!, event]
      else events.push(event)
      count++
      at = end
    }
    return events ?? NO_EVENTS
  }

  /**
   * The stream has ended: an event that lacks only its blank line (some servers forget the last one). Undefined when
   * nothing is held.
   */
  end(): SseEvent | undefined {
    return this.#length === 0 ? undefined : this.#take()
  }

  /** Lets go of what is held. */
  close(): void {
    this.#budget.give(this.#held.length)
    this.#held = NOTHING
    this.#length = 0
  }

  /** Behind the blank line that ends the open event, and all blank lines in a row; -1 when it is not in this chunk. */
  #boundary(chunk: Buffer, from: number): number {
    let at = from
    if (this.#afterCr) {
      this.#afterCr = false
      if (chunk[at] === LF) at++
      else this.#loneCr = true
    }
    for (;;) {
      if (!this.#inLine) {
        if (at >= chunk.length) return -1
        if (chunk[at] === LF || chunk[at] === CR) {
          while (chunk[at] === LF || chunk[at] === CR) at++
          // A chunk that ends right behind a CR may go on with its LF, which then is a blank line on its own: no harm.
          return at
        }
        this.#inLine = true
      }
      const end = this.#lineEnd(chunk, at)
      if (end < 0) return -1
      this.#inLine = false
      at = end + 1
      if (chunk[end] !== CR) continue
      if (at === chunk.length) {
        this.#afterCr = true
        return -1
      }
      if (chunk[at] === LF) at++
      else this.#loneCr = true
    }
  }

  #lineEnd(chunk: Buffer, from: number): number {
    if (this.#nextLf >= 0 && this.#nextLf < from) this.#nextLf = chunk.indexOf(LF, from)
    if (this.#nextCr >= 0 && this.#nextCr < from) this.#nextCr = chunk.indexOf(CR, from)
    if (this.#nextCr < 0) return this.#nextLf
    return this.#nextLf < 0 || this.#nextCr < this.#nextLf ? this.#nextCr : this.#nextLf
  }

  /**
   * Copies, so that a small held tail does not keep a large chunk alive; the room doubles, so that each byte is copied
   * O(1) times. False when the budget does not last.
   */
  #hold(chunk: Buffer, from: number, to: number): boolean {
    const needed = this.#length + to - from
    if (needed > this.#held.length) {
      const room = Math.min(Math.max(needed, this.#held.length * 2), this.maxEventBytes)
      if (!this.#budget.take(room - this.#held.length)) return false
      const grown = Buffer.allocUnsafeSlow(room)
      this.#held.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#length, from, to)
    this.#length = needed
    return true
  }

  /** An object of its own: it may be large, and is not to be kept until the next one comes. */
  #take(): SseEvent {
    const bytes = this.#held.subarray(0, this.#length)
    this.close()
    this.#inLine = false
    this.#afterCr = false
    return new SseEvent(bytes, 0, bytes.length, this.#loneCr)
  }

  /** `place`: among those of the chunk. */
  #event(place: number, chunk: Buffer, start: number, end: number): SseEvent {
    const spare = this.#spare?.[place]
    if (!spare) {
      const event = new SseEvent(chunk, start, end, this.#loneCr)
      if (this.#spare && place < MAX_SPARE) this.#spare[place] = event
      return event
    }
    spare.reset(chunk, start, end, this.#loneCr)
    return spare
  }

  #listOf(event: SseEvent): SseEvent[] {
    if (!this.#spare) return [event]
    if (this.#single) this.#single[0] = event
    else this.#single = [event]
    return this.#single
  }
}

/** An event on the wire. Data with line breaks becomes several `data:` lines. */
export function encodeEvent(event: string | undefined, data: string): Buffer {
  const lines = /[\r\n]/.test(data)
    ? data
        .split(/\r\n|\r|\n/)
        .map((line) => `data: ${line}`)
        .join('\n')
    : `data: ${data}`
  return Buffer.from(`${event === undefined ? '' : `event: ${event}\n`}${lines}\n\n`)
}
