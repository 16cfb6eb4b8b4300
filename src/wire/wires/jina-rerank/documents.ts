import type { JsonObject } from '../../../plugins/api.ts'
import { isObject, listOf, refuse } from '../../untyped.ts'

/**
 * A document for rerankers that take texts only: of an object its `text`, or the fields that are to be looked at, one a
 * line. Images are refused.
 */
export function documentText(document: unknown, index: number, fields: readonly unknown[]): string {
  if (typeof document === 'string') return document
  if (!isObject(document)) return refuse(`documents[${index}]`, 'is neither a text nor an object')
  if (document.image !== undefined) return refuse(`documents[${index}].image`, 'cannot be ranked by this endpoint')
  const names = fields.filter((name): name is string => typeof name === 'string')
  if (names.length === 0 && typeof document.text === 'string') return document.text
  return (names.length > 0 ? names : Object.keys(document))
    .map((name) => `${name}: ${String(document[name])}`)
    .join('\n')
}

/** Results with the documents that were asked with, unless the client wants none. */
export function withDocuments(results: readonly JsonObject[], request: JsonObject | undefined): readonly JsonObject[] {
  const documents = listOf(request?.documents)
  if (request?.return_documents === false || documents.length === 0) return results
  return results.map((result) => {
    const document = documents[Number(result.index)]
    return result.document !== undefined || document === undefined
      ? result
      : { ...result, document: typeof document === 'string' ? { text: document } : document }
  })
}
