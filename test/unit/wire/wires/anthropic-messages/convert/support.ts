/** Shared by the converter tests: the context, SSE text, and running a stream converter. */
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../../../../src/wire/converter.ts'

export const context: ConvertContext = {
  id: 'gen-1',
  created: 1_767_225_600,
  model: 'shown',
  maker: 'acme/model-1',
  request: {},
  now: () => 1_767_225_601,
  includeUsage: true,
}

export function parseSse(text: string): OutEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.trim().split('\n')
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7)
      const data = lines.find((line) => line.startsWith('data: '))!.slice(6)
      return {
        ...(event === undefined ? {} : { event }),
        data: data === '[DONE]' ? data : (JSON.parse(data) as JsonObject),
      }
    })
}

export const formatSse = (events: readonly OutEvent[]): string =>
  events
    .map(
      ({ event, data }) =>
        `${event === undefined ? '' : `event: ${event}\n`}data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`,
    )
    .join('')

/** What the codec does: the end marker is not passed in, and ends the stream. */
export function runStream(converter: StreamConverter, events: readonly OutEvent[]): OutEvent[] {
  const out = events.flatMap(({ event, data }) => (data === '[DONE]' ? [] : converter.event(event, data)))
  return [...out, ...converter.end()]
}
