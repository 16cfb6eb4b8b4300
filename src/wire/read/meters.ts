import type { JsonObject, Wire } from '../../plugins/api.ts'
import { AnthropicMessagesMeter } from './anthropic-messages.ts'
import { OpenaiChatMeter } from './openai-chat.ts'
import { OpenaiCompletionsMeter } from './openai-completions.ts'
import { OpenaiEmbeddingsMeter } from './openai-embeddings.ts'
import { OpenaiResponsesMeter } from './openai-responses.ts'
import type { Meter } from './reading.ts'

const METERS: ReadonlyMap<Wire, (request: JsonObject) => Meter> = new Map<Wire, (request: JsonObject) => Meter>([
  ['openai-chat', (request) => new OpenaiChatMeter(request)],
  ['openai-completions', (request) => new OpenaiCompletionsMeter(request)],
  ['openai-responses', (request) => new OpenaiResponsesMeter(request)],
  ['openai-embeddings', () => new OpenaiEmbeddingsMeter()],
  ['anthropic-messages', (request) => new AnthropicMessagesMeter(request)],
])

/** What reads answers in this wire; undefined for a wire that the router does not know. `request` may be in any wire. */
export const meterFor = (wire: Wire, request: JsonObject): Meter | undefined => METERS.get(wire)?.(request)
