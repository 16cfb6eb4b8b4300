import type { Operation, Wire } from '../plugins/api.ts'
import { type ReadBody, readChat, readJson, readUnstreamed } from './request-body.ts'

/** Whose error grammar an answer uses. */
export type Dialect = 'openai' | 'openrouter' | 'anthropic'

/** One kind of request that the engine answers. Paths are below `/v1` and `/api/v1`. */
export interface Surface {
  readonly path: string
  readonly operation: Operation
  readonly wire: Wire
  readonly read: ReadBody
}

export const SURFACES: readonly Surface[] = [
  { path: '/chat/completions', operation: 'chat', wire: 'openai-chat', read: readChat },
  { path: '/messages', operation: 'chat', wire: 'anthropic-messages', read: readChat },
  { path: '/responses', operation: 'chat', wire: 'openai-responses', read: readJson },
  { path: '/messages/count_tokens', operation: 'counting', wire: 'anthropic-count-tokens', read: readUnstreamed },
  { path: '/responses/input_tokens', operation: 'counting', wire: 'openai-input-tokens', read: readUnstreamed },
  { path: '/completions', operation: 'completion', wire: 'openai-completions', read: readJson },
  { path: '/embeddings', operation: 'embedding', wire: 'openai-embeddings', read: readUnstreamed },
]

export const PREFIXES = ['/v1', '/api/v1'] as const

/** The dialect of whatever is asked at a path, known before anything has been read. */
export function dialectOf(path: string): Dialect {
  if (path.startsWith('/v1/messages') || path.startsWith('/api/v1/messages')) return 'anthropic'
  return path.startsWith('/api/') ? 'openrouter' : 'openai'
}
