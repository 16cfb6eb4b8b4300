import type { Wire } from '../../plugins/api.ts'
import type { WireDefinition } from '../definition.ts'
import { anthropicCountTokens } from './anthropic-count-tokens/index.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiCompletions } from './openai-completions/index.ts'
import { openaiEmbeddings } from './openai-embeddings/index.ts'
import { openaiInputTokens } from './openai-input-tokens/index.ts'
import { openaiResponses } from './openai-responses/index.ts'

/** The wire that all translations go through. */
export const HUB_WIRE: Wire = openaiChat.wire

const WIRES: ReadonlyMap<Wire, WireDefinition> = new Map(
  [
    openaiChat,
    openaiCompletions,
    openaiResponses,
    openaiInputTokens,
    openaiEmbeddings,
    anthropicMessages,
    anthropicCountTokens,
  ].map((each) => [each.wire, each]),
)

/** Undefined for a wire that the router does not know: its bytes are passed on as they are. */
export const wireOf = (wire: Wire): WireDefinition | undefined => WIRES.get(wire)
