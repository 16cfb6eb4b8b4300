import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { AnthropicMessagesMeter } from './anthropic-messages.ts'
import { OpenaiChatMeter } from './openai-chat.ts'
import { OpenaiCompletionsMeter } from './openai-completions.ts'
import { OpenaiEmbeddingsMeter } from './openai-embeddings.ts'
import { OpenaiResponsesMeter } from './openai-responses.ts'
import type { Meter } from './reading.ts'

const METERS: ReadonlyMap<Wire, (request: JsonObject, answerId: string) => Meter> = new Map<
  Wire,
  (request: JsonObject, answerId: string) => Meter
>([
  ['openai-chat', (request, answerId) => new OpenaiChatMeter(request, answerId)],
  ['openai-completions', (request) => new OpenaiCompletionsMeter(request)],
  ['openai-responses', (request) => new OpenaiResponsesMeter(request)],
  ['openai-embeddings', () => new OpenaiEmbeddingsMeter()],
  ['anthropic-messages', (request, answerId) => new AnthropicMessagesMeter(request, answerId)],
])

/** What reads answers in this wire; undefined for a wire that the router does not know. The request may be in any wire. */
export const meterFor = (wire: Wire, { body, id }: Pick<Call, 'body' | 'id'>): Meter | undefined => METERS.get(wire)?.(body, id)
