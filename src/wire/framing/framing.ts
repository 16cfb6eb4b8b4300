import type { ByteBudget } from '../../base/byte-budget.ts'

/** Default limit of one event, in bytes: an image in base64 fits. */
export const MAX_EVENT_BYTES = 64 * 1024 * 1024

export interface FramingLimits {
  readonly maxEventBytes?: number
  /** What parsers may hold together of events that have not arrived whole. */
  readonly budget?: ByteBudget
}

/** One event of a stream, whatever frame it came in. */
export interface FramedEvent {
  /** Undefined where the framing has no names, or this event none. */
  readonly event: string | undefined
  /** Undefined when there is none: a comment, for example. */
  readonly data: string | undefined
  /** There is no data, or none to speak of. */
  readonly blank: boolean
}

/** `event`: one is too long; `budget`: there is no room; `framing`: the bytes are not framed as they should be. */
export type Overflow = 'event' | 'budget' | 'framing'

/**
 * Cuts a byte stream into events, wherever the chunk borders fall. Holds at most `maxEventBytes`, and only as long as
 * the budget lasts: past that, `overflow` says so and nothing comes out any more. Whoever leaves before the end calls
 * `close`.
 */
export interface Framer<Event extends FramedEvent = FramedEvent> {
  readonly maxEventBytes: number
  readonly overflow: Overflow | undefined
  /** A stream may begin with any byte, also with one that JSON begins with. */
  readonly beginsAnyhow?: true
  /** The events that this chunk completes. They may share its memory. */
  push(chunk: Buffer): readonly Event[]
  /** The stream has ended: an event of which only the end is missing. */
  end(): Event | undefined
  /** Lets go of what is held. */
  close(): void
}
