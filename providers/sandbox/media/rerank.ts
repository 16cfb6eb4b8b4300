import { isObject } from '../../shared/is-object.ts'
import { SandboxError } from '../sandbox-error.ts'
import { jsonAnswer, type MediaAnswer, type MediaRequest, tokensIn } from './service.ts'

const MAX_DOCUMENTS = 1_000

/** Documents by the share of the query's words that stand in them: enough to see an order. */
export function rerank({ body }: MediaRequest): MediaAnswer {
  const { query, documents, model } = body
  if (typeof query !== 'string' || query === '') throw wrong('query must be a text.')
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > MAX_DOCUMENTS)
    throw wrong(`documents must be a list of 1 to ${MAX_DOCUMENTS} texts.`)
  const texts = documents.map(textOf)
  const wanted = new Set(wordsOf(query))
  const results = texts
    .map((text, index) => ({
      index,
      relevance_score: score(wanted, text),
      ...(body.return_documents !== false && { document: { text } }),
    }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, Number(body.top_n ?? texts.length))
  const total_tokens = tokensIn(query) * texts.length + texts.reduce((sum, text) => sum + tokensIn(text), 0)
  return jsonAnswer({ model, object: 'list', usage: { total_tokens }, results })
}

const textOf = (document: unknown) => String((isObject(document) ? document.text : document) ?? '')
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function score(wanted: ReadonlySet<string>, text: string): number {
  const found = new Set(wordsOf(text).filter((word) => wanted.has(word)))
  return Math.round((0.02 + (0.96 * found.size) / Math.max(1, wanted.size)) * 1000) / 1000
}

const wrong = (message: string) => new SandboxError(400, 'invalid_request_error', message)
