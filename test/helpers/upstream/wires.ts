import { anthropicMessages } from './anthropic.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-other.ts'
import { openaiResponses } from './openai-responses.ts'
import type { ReceivedRequest, StreamEvent, UpstreamWire, WireFormat } from './types.ts'

const PATHS: readonly [RegExp, UpstreamWire][] = [
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/completions$/, 'openai-completions'],
  [/\/responses$/, 'openai-responses'],
  [/\/embeddings$/, 'openai-embeddings'],
  [/\/messages$/, 'anthropic-messages'],
  [/\/models(\/.*)?$/, 'models'],
]

/** The grammar spoken at a path, whatever stands before it. */
export function wireOf(path: string): UpstreamWire | undefined {
  const pathname = path.split('?', 1)[0] ?? ''
  return PATHS.find(([pattern]) => pattern.test(pathname))?.[1]
}

/** The format of a generating request; chat for anything else, so that a fault can be said everywhere. */
export function formatOf(request: ReceivedRequest): WireFormat {
  if (request.wire === 'anthropic-messages') return anthropicMessages
  if (request.wire === 'openai-responses') return openaiResponses
  if (request.wire === 'openai-completions') return openaiCompletions
  return openaiChat
}

/** An event as bytes on the wire. */
export const frame = ({ event, data }: StreamEvent): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`
