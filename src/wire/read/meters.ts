import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { AnthropicMessagesMeter } from '../wires/anthropic-messages/meter.ts'
import { OpenaiChatMeter } from '../wires/openai-chat/meter.ts'
import { OpenaiCompletionsMeter } from '../wires/openai-completions/meter.ts'
import { OpenaiEmbeddingsMeter } from '../wires/openai-embeddings/meter.ts'
import { OpenaiResponsesMeter } from '../wires/openai-responses/meter.ts'
import type { Meter } from './meter.ts'
import { TokenCountMeter } from './token-count.ts'

const METERS: ReadonlyMap<Wire, (request: JsonObject, answerId: string) => Meter> = new Map<
  Wire,
  (request: JsonObject, answerId: string) => Meter
>([
  ['openai-chat', (request, answerId) => new OpenaiChatMeter(request, answerId)],
  ['openai-completions', (request) => new OpenaiCompletionsMeter(request)],
  ['openai-responses', (request) => new OpenaiResponsesMeter(request)],
  ['openai-embeddings', () => new OpenaiEmbeddingsMeter()],
  ['openai-input-tokens', () => new TokenCountMeter()],
  ['anthropic-messages', (request, answerId) => new AnthropicMessagesMeter(request, answerId)],
  ['anthropic-count-tokens', () => new TokenCountMeter()],
])

/** What reads answers in this wire; undefined for a wire that the router does not know. The request may be in any wire. */
export const meterFor = (wire: Wire, { body, id }: Pick<Call, 'body' | 'id'>): Meter | undefined => METERS.get(wire)?.(body, id)
