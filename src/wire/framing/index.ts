import type { Framing } from '../../plugins/api.ts'
import { AwsEventStreamParser } from './aws-event-stream.ts'
import type { Framer, FramingLimits } from './framing.ts'
import { NdjsonParser } from './ndjson.ts'
import { SseParser } from './sse.ts'

const FRAMERS: Readonly<Partial<Record<Framing, (limits: FramingLimits) => Framer>>> = {
  sse: (limits) => new SseParser(limits),
  ndjson: (limits) => new NdjsonParser(limits),
  'aws-event-stream': (limits) => new AwsEventStreamParser(limits),
}

/** For one stream; undefined for a framing that has no events that the router can read. */
export const framerOf = (framing: Framing, limits: FramingLimits): Framer | undefined => FRAMERS[framing]?.(limits)
