import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { objectOf } from '../../untyped.ts'
import { reportedCost } from '../../usage/reported-cost.ts'
import { count } from '../../usage/usage.ts'

/**
 * What a reranker says that it used: tokens (`usage`: Jina, Voyage, Together), search units and tokens (`meta`:
 * Cohere), or search units and cost (`usage`: OpenRouter).
 */
export function rerankUsage(body: JsonObject): Usage {
  const usage = objectOf(body.usage)
  const meta = objectOf(body.meta)
  const billed = objectOf(meta.billed_units)
  const tokens = objectOf(meta.tokens)
  const inputTokens = count(
    usage.total_tokens ?? usage.prompt_tokens ?? billed.input_tokens ?? tokens.input_tokens ?? undefined,
  )
  const searches = count(billed.search_units ?? usage.search_units)
  const costUsd = reportedCost(usage)
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(searches !== undefined && { searches }),
    ...(costUsd !== undefined && { costUsd }),
  }
}
