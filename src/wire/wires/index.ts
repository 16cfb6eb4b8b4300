import type { Operation, Wire } from '../../plugins/api.ts'
import type { BodyConverter, UpstreamConverter } from '../converter.ts'
import type { WireDefinition } from '../definition.ts'
import { anthropicCountTokens } from './anthropic-count-tokens/index.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { bedrockConverse } from './bedrock-converse/index.ts'
import { bedrockCountTokens } from './bedrock-count-tokens/index.ts'
import { cohereChat } from './cohere-chat/index.ts'
import { cohereEmbed } from './cohere-embed/index.ts'
import { cohereRerank } from './cohere-rerank/index.ts'
import { gemini } from './gemini/index.ts'
import { geminiCountTokens } from './gemini-count-tokens/index.ts'
import { geminiBatchEmbeddings, geminiEmbeddings } from './gemini-embeddings/index.ts'
import { jinaRerank } from './jina-rerank/index.ts'
import { ollamaChat } from './ollama-chat/index.ts'
import { ollamaEmbed } from './ollama-embed/index.ts'
import { openaiChat } from './openai-chat/index.ts'
import { openaiCompact } from './openai-compact/index.ts'
import { openaiCompletions } from './openai-completions/index.ts'
import { openaiEmbeddings } from './openai-embeddings/index.ts'
import { openaiImageEdits, openaiImages, openaiImageVariations } from './openai-images/index.ts'
import { openaiInputTokens } from './openai-input-tokens/index.ts'
import { openaiModerations } from './openai-moderations/index.ts'
import { openaiRealtime } from './openai-realtime/index.ts'
import { openaiResponses } from './openai-responses/index.ts'
import { openaiSpeech } from './openai-speech/index.ts'
import { openaiTranscriptions, openaiTranslations } from './openai-transcriptions/index.ts'
import { titanEmbed } from './titan-embed/index.ts'
import { voyageRerank } from './voyage-rerank/index.ts'

/** The wire that all translations of chats go through. */
export const HUB_WIRE: Wire = openaiChat.wire

/** The wire that translations of an operation go through; undefined where nothing is translated. */
export function hubOf(operation: Operation): Wire | undefined {
  if (operation === 'chat') return HUB_WIRE
  if (operation === 'embedding') return openaiEmbeddings.wire
  if (operation === 'counting') return anthropicCountTokens.wire
  return operation === 'rerank' ? jinaRerank.wire : undefined
}

const WIRES: ReadonlyMap<Wire, WireDefinition> = new Map(
  [
    openaiChat,
    openaiCompletions,
    openaiResponses,
    openaiCompact,
    openaiInputTokens,
    openaiEmbeddings,
    anthropicMessages,
    anthropicCountTokens,
    gemini,
    geminiCountTokens,
    geminiEmbeddings,
    geminiBatchEmbeddings,
    bedrockConverse,
    bedrockCountTokens,
    titanEmbed,
    openaiImages,
    openaiImageEdits,
    openaiImageVariations,
    openaiSpeech,
    openaiTranscriptions,
    openaiTranslations,
    openaiRealtime,
    openaiModerations,
    jinaRerank,
    cohereRerank,
    voyageRerank,
    cohereChat,
    cohereEmbed,
    ollamaChat,
    ollamaEmbed,
  ].map((each) => [each.wire, each]),
)

/** Undefined for a wire that the router does not know: its bytes are passed on as they are. */
export const wireOf = (wire: Wire): WireDefinition | undefined => WIRES.get(wire)

/** For requests that clients send in this wire, to the hub and back. */
export const clientConverterOf = (wire: Wire): BodyConverter | undefined =>
  wireOf(wire)?.converter ?? wireOf(wire)?.bodies

/** For upstreams that speak this wire, from the hub and back. */
export const upstreamConverterOf = (wire: Wire): UpstreamConverter | undefined =>
  clientConverterOf(wire) ?? wireOf(wire)?.upstream
