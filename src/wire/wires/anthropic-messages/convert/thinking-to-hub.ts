/**
 * `thinking` and `output_config.effort` as the hub's `reasoning` (OpenRouter's extension) or OpenAI's
 * `reasoning_effort`.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { levelOf } from '../../../reasoning/effort.ts'
import { isObject, numberOf, objectOf } from '../../../untyped.ts'
import { takesReasoningEffort } from '../../openai-chat/models.ts'

export function thinkingToHub(body: JsonObject, extensions: boolean): JsonObject {
  const thinking = isObject(body.thinking) ? body.thinking : undefined
  const wish = objectOf(body.output_config).effort
  const effort = typeof wish === 'string' ? wish : undefined
  if (!extensions) {
    const plain = thinking?.type === 'disabled' ? undefined : plainEffort(thinking, effort, numberOf(body.max_tokens))
    return plain !== undefined && takesReasoningEffort(body.model) ? { reasoning_effort: plain } : {}
  }
  const exclude = thinking?.display === 'omitted' ? { exclude: true } : {}
  if (thinking?.type === 'disabled') return { reasoning: { effort: 'none' } }
  if (thinking?.type === 'enabled') return { reasoning: { max_tokens: thinking.budget_tokens, ...exclude } }
  if (effort !== undefined) return { reasoning: { effort, ...exclude } }
  return thinking === undefined ? {} : { reasoning: { enabled: true, ...exclude } }
}

/** OpenAI's three common levels: a budget by its share of max_tokens, Anthropic's levels beyond `high` as `high`. */
function plainEffort(
  thinking: JsonObject | undefined,
  effort: string | undefined,
  maxTokens: number | undefined,
): string | undefined {
  if (effort !== undefined) return effort === 'low' || effort === 'medium' ? effort : 'high'
  const budget = numberOf(thinking?.budget_tokens)
  return budget === undefined ? undefined : levelOf(budget, maxTokens ?? budget)
}
