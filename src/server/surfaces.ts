import type { IncomingHttpHeaders } from 'node:http'
import type { Operation, Wire } from '../plugins/api.ts'
import { isGooglePath } from './google/paths.ts'
import {
  readImageEdit,
  readImageEditForm,
  readImageVariation,
  readImageVariationForm,
  readSpeech,
  readTranscription,
  readTranscriptionForm,
  readTranslation,
  readTranslationForm,
} from './media-body.ts'
import {
  readChat,
  readCompletion,
  readEmbedding,
  readImage,
  readMessages,
  readMessagesCount,
  readModeration,
  readRanking,
  readRerank,
  readResponses,
  readResponsesCount,
} from './needed-input.ts'
import type { ReadBody, ReadForm } from './request-body.ts'

/** Whose error grammar an answer uses. */
export type Dialect = 'openai' | 'openrouter' | 'anthropic' | 'cohere' | 'google'

/** One kind of request that the engine answers. */
export interface Surface {
  readonly path: string
  /** What it stands below. Default: `/v1` and `/api/v1`. */
  readonly prefixes?: readonly string[]
  readonly operation: Operation
  readonly wire: Wire
  readonly read: ReadBody
  /** Where forms are taken: large ones are read from a file. */
  readonly readForm?: ReadForm
}

export const SURFACES: readonly Surface[] = [
  { path: '/chat/completions', operation: 'chat', wire: 'openai-chat', read: readChat },
  { path: '/messages', operation: 'chat', wire: 'anthropic-messages', read: readMessages },
  { path: '/responses', operation: 'chat', wire: 'openai-responses', read: readResponses },
  { path: '/responses/compact', operation: 'chat', wire: 'openai-compact', read: readResponsesCount },
  { path: '/messages/count_tokens', operation: 'counting', wire: 'anthropic-count-tokens', read: readMessagesCount },
  { path: '/responses/input_tokens', operation: 'counting', wire: 'openai-input-tokens', read: readResponsesCount },
  { path: '/completions', operation: 'completion', wire: 'openai-completions', read: readCompletion },
  { path: '/embeddings', operation: 'embedding', wire: 'openai-embeddings', read: readEmbedding },
  { path: '/images/generations', operation: 'image', wire: 'openai-images', read: readImage },
  // OpenRouter's name for the same.
  { path: '/images', operation: 'image', wire: 'openai-images', read: readImage },
  {
    path: '/images/edits',
    operation: 'image_edit',
    wire: 'openai-image-edits',
    read: readImageEdit,
    readForm: readImageEditForm,
  },
  {
    path: '/images/variations',
    operation: 'image_edit',
    wire: 'openai-image-variations',
    read: readImageVariation,
    readForm: readImageVariationForm,
  },
  { path: '/audio/speech', operation: 'speech', wire: 'openai-speech', read: readSpeech },
  {
    path: '/audio/transcriptions',
    operation: 'transcription',
    wire: 'openai-transcriptions',
    read: readTranscription,
    readForm: readTranscriptionForm,
  },
  {
    path: '/audio/translations',
    operation: 'translation',
    wire: 'openai-translations',
    read: readTranslation,
    readForm: readTranslationForm,
  },
  { path: '/moderations', operation: 'moderation', wire: 'openai-moderations', read: readModeration },
  { path: '/rerank', operation: 'rerank', wire: 'jina-rerank', read: readRerank },
  { path: '/rerank', prefixes: ['/v2'], operation: 'rerank', wire: 'cohere-rerank', read: readRanking },
]

const FILES = /^(\/api)?\/v1\/files\b/

export const PREFIXES = ['/v1', '/api/v1'] as const

/** The dialect of whatever is asked at a path, known before anything has been read. */
export function dialectOf(path: string, headers: IncomingHttpHeaders = {}): Dialect {
  // Both makers keep files at the same place.
  if (headers['anthropic-version'] !== undefined && FILES.test(path)) return 'anthropic'
  if (path.startsWith('/v1/messages') || path.startsWith('/api/v1/messages')) return 'anthropic'
  if (path.startsWith('/v2/')) return 'cohere'
  if (isGooglePath(path)) return 'google'
  return path.startsWith('/api/') ? 'openrouter' : 'openai'
}
