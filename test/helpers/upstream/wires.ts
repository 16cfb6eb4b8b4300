import { anthropicMessages } from './anthropic.ts'
import { cohereRerank, jinaRerank, openaiImages, openaiModerations, voyageRerank } from './media.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-other.ts'
import { openaiResponses } from './openai-responses.ts'
import type { ReceivedRequest, StreamEvent, UpstreamWire, WireFormat } from './types.ts'

const PATHS: readonly [RegExp, UpstreamWire][] = [
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/completions$/, 'openai-completions'],
  [/\/responses$/, 'openai-responses'],
  [/\/embeddings$/, 'openai-embeddings'],
  [/\/images\/generations$/, 'openai-images'],
  [/\/moderations$/, 'openai-moderations'],
  [/\/v2\/rerank$/, 'cohere-rerank'],
  [/\/voyage\/rerank$/, 'voyage-rerank'],
  [/\/rerank$/, 'jina-rerank'],
  [/\/messages$/, 'anthropic-messages'],
  [/\/model\/[^/]+\/converse(-stream)?$/, 'bedrock-converse'],
  [/\/model\/[^/]+\/invoke(-with-response-stream)?$/, 'anthropic-messages'],
  [/\/models(\/.*)?$/, 'models'],
]

/** The grammar spoken at a path, whatever stands before it. */
export function wireOf(path: string): UpstreamWire | undefined {
  const pathname = path.split('?', 1)[0] ?? ''
  return PATHS.find(([pattern]) => pattern.test(pathname))?.[1]
}

/** Bedrock says in the path what others say in the body. */
export function bedrockIn(path: string): { readonly model: string; readonly stream: boolean } | undefined {
  const [, model, how] = /\/model\/([^/]+)\/((?:converse|invoke)[a-z-]*)$/.exec(path) ?? []
  return model === undefined ? undefined : { model: decodeURIComponent(model), stream: how!.includes('stream') }
}

const FORMATS: Readonly<Partial<Record<UpstreamWire, WireFormat>>> = {
  'anthropic-messages': anthropicMessages,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'openai-images': openaiImages,
  'openai-moderations': openaiModerations,
  'jina-rerank': jinaRerank,
  'cohere-rerank': cohereRerank,
  'voyage-rerank': voyageRerank,
}

/** The format of a generating request; chat for anything else, so that a fault can be said everywhere. */
export const formatOf = ({ wire }: ReceivedRequest): WireFormat => (wire && FORMATS[wire]) ?? openaiChat

/** An event as bytes on the wire. */
export const frame = ({ event, data }: StreamEvent): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`
