import { randomUUID } from 'node:crypto'
import type { WireDefinition } from '../../definition.ts'
import { openaiError } from '../../failure.ts'
import { OpenaiRealtimeMeter } from './meter.ts'

/** OpenAI's Realtime sessions: JSON events, both ways, over a WebSocket. */
export const openaiRealtime: WireDefinition = {
  wire: 'openai-realtime',
  meter: () => new OpenaiRealtimeMeter(),
  messages: OpenaiRealtimeMeter.wants,
  failure: (_context, error) =>
    Buffer.from(
      JSON.stringify({
        type: 'error',
        event_id: `event_${randomUUID().replaceAll('-', '')}`,
        error: { ...openaiError(error), event_id: null },
      }),
    ),
}
