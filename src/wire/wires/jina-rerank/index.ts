import type { BodyEdits } from '../../../base/json/edit-body.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { ReadContext } from '../../../routing/codec.ts'
import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import type { Meter } from '../../read/meter.ts'
import { compact, objectOf } from '../../untyped.ts'
import { RerankMeter } from './meter.ts'
import { rerankWork } from './work.ts'

/**
 * `/v1/rerank` as Jina (https://api.jina.ai/docs#rerank), Together, vLLM and others have it, and the hub of all
 * rerankers: `{ model, query, documents, top_n, return_documents }`, answered by `{ results: [{ index,
 * relevance_score, document }], usage }`. Clients of Cohere's first version understand it.
 */
export const jinaRerank: WireDefinition = {
  wire: 'jina-rerank',
  meter: (request) => new RerankMeter(request),
  failure: (_context, error) => bareFailure(error),
  request: { work: rerankWork },
  dialect: { whole: openRouterEdits },
}

/** OpenRouter's: who answered, and `usage` with search units, tokens and cost. */
function openRouterEdits(body: JsonObject, context: ReadContext, meter: Meter): BodyEdits {
  const { call, model, provider } = context
  const usage = meter.usage ?? {}
  return {
    set: compact({
      id: body.id ?? call.id,
      model: body.model ?? model,
      provider: body.provider ?? provider,
      usage: compact({
        ...objectOf(body.usage),
        total_tokens: usage.inputTokens,
        search_units: objectOf(body.usage).search_units ?? meter.usage?.searches,
        cost: context.cost(usage),
      }),
    }),
  }
}
