import type { JsonObject } from '../../../plugins/api.ts'
import type { BodyConverter } from '../../converter.ts'
import { objects } from '../../read/meter.ts'
import { compact, isObject, listOf, objectOf } from '../../untyped.ts'
import { documentText, withDocuments } from '../jina-rerank/documents.ts'
import { rerankUsage } from '../jina-rerank/usage.ts'

/** Cohere's second version takes texts only, and gives back no documents. */
export const cohereRerankConverter: BodyConverter = {
  wire: 'cohere-rerank',
  requestToHub: ({ model, query, documents, top_n, max_tokens_per_doc }) =>
    compact({ model, query, documents, top_n, max_tokens_per_doc, return_documents: false }),
  requestFromHub: ({ model, query, documents, top_n, top_k, max_tokens_per_doc, rank_fields }) =>
    compact({
      model,
      query,
      documents: listOf(documents).map((document, index) => documentText(document, index, listOf(rank_fields))),
      top_n: top_n ?? top_k,
      max_tokens_per_doc,
    }),
  responseToHub(body, { request, model }) {
    if (!Array.isArray(body.results)) return body
    const { inputTokens, searches } = rerankUsage(body)
    return compact({
      id: body.id,
      object: 'list',
      model,
      results: withDocuments(objects(body.results), request),
      // Clients of the first version look for it.
      meta: body.meta,
      usage: compact({ total_tokens: inputTokens, search_units: searches }),
    })
  },
  responseFromHub(body, { id }) {
    if (!Array.isArray(body.results)) return body
    const { inputTokens, searches = 1 } = rerankUsage(body)
    return {
      id: body.id ?? id,
      results: objects(body.results).map(({ index, relevance_score }) => ({ index, relevance_score })),
      meta: metaOf(body, inputTokens, searches),
    }
  },
}

function metaOf(body: JsonObject, inputTokens: number | undefined, searches: number): JsonObject {
  if (isObject(body.meta)) return objectOf(body.meta)
  return compact({
    api_version: { version: '2' },
    billed_units: { search_units: searches },
    tokens: inputTokens === undefined ? undefined : { input_tokens: inputTokens },
  })
}
