import type { JsonObject } from '../../../plugins/api.ts'
import type { BodyConverter } from '../../converter.ts'
import { objects } from '../../read/meter.ts'
import { compact, listOf } from '../../untyped.ts'
import { documentText, withDocuments } from '../jina-rerank/documents.ts'
import { rerankUsage } from '../jina-rerank/usage.ts'

/** Other names, and documents that are texts. */
export const voyageRerankConverter: BodyConverter = {
  wire: 'voyage-rerank',
  requestToHub: ({ model, query, documents, top_k, truncation, return_documents = false }) =>
    compact({ model, query, documents, top_n: top_k, truncation, return_documents }),
  requestFromHub: ({ model, query, documents, top_n, top_k, truncation, rank_fields }) =>
    compact({
      model,
      query,
      documents: listOf(documents).map((document, index) => documentText(document, index, listOf(rank_fields))),
      top_k: top_n ?? top_k,
      truncation,
    }),
  responseToHub(body, { request, model }) {
    if (!Array.isArray(body.data)) return body
    const results = objects(body.data).map((result) => ({ ...result, document: inObject(result.document) }))
    return compact({
      id: body.id,
      object: 'list',
      model: body.model ?? model,
      results: withDocuments(results.map(compact), request),
      usage: body.usage,
    })
  },
  responseFromHub(body, { model }) {
    if (!Array.isArray(body.results)) return body
    const data = objects(body.results).map(({ document, ...result }) =>
      compact({ ...result, document: (document as JsonObject | undefined)?.text ?? document }),
    )
    return {
      object: 'list',
      data,
      model: body.model ?? model,
      usage: { total_tokens: rerankUsage(body).inputTokens ?? 0 },
    }
  },
}

const inObject = (document: unknown) => (typeof document === 'string' ? { text: document } : document)
