/**
 * `reasoning_effort` and OpenRouter's `reasoning` as `thinkingConfig`, and back. Gemini 2.5 takes a budget, 3 and later
 * a level; both at once are refused. https://ai.google.dev/gemini-api/docs/thinking
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { takesReasoningEffort } from '../../openai-chat/models.ts'

/** Tokens, as Google's own OpenAI-compatible API has them. */
const BUDGETS: Readonly<Record<string, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 }

export function thinkingFromHub(body: JsonObject): JsonObject | undefined {
  const model = stringOf(body.model)
  const reasoning = objectOf(body.reasoning)
  const wish = reasoning.enabled === false ? 'none' : (reasoning.effort ?? body.reasoning_effort)
  const effort = typeof wish === 'string' ? wish : undefined
  const budget = numberOf(reasoning.max_tokens)
  if (effort === undefined && budget === undefined && reasoning.enabled !== true) return undefined
  if (/gemini-[12](?!\.5)/.test(model)) return undefined
  const includeThoughts = reasoning.exclude !== true && effort !== 'none'
  if (/gemini-2\.5/.test(model)) {
    const tokens = budget ?? (effort === undefined ? -1 : (BUDGETS[effort] ?? 24_576))
    return { includeThoughts, thinkingBudget: tokens < 0 ? -1 : withinLimits(tokens, model) }
  }
  const level = levelOf(effort ?? effortOf(budget), /pro/.test(model))
  return { includeThoughts, ...(level !== undefined && { thinkingLevel: level }) }
}

/** Pro always thinks. */
function withinLimits(tokens: number, model: string): number {
  if (/pro/.test(model)) return Math.min(Math.max(tokens, 128), 32_768)
  if (tokens === 0) return 0
  return Math.min(/lite/.test(model) ? Math.max(tokens, 512) : tokens, 24_576)
}

function effortOf(budget: number | undefined): string | undefined {
  if (budget === undefined || budget < 0) return undefined
  return budget === 0 ? 'none' : budget <= 2048 ? 'low' : budget <= 12_288 ? 'medium' : 'high'
}

function levelOf(effort: string | undefined, isPro: boolean): string | undefined {
  switch (effort) {
    case undefined:
      return undefined
    case 'none':
    case 'minimal':
      return isPro ? 'LOW' : 'MINIMAL'
    case 'low':
      return 'LOW'
    case 'medium':
      return 'MEDIUM'
    default:
      return 'HIGH'
  }
}

export function thinkingToHub(config: unknown, model: unknown, extensions: boolean): JsonObject {
  if (!isObject(config)) return {}
  const level = stringOf(config.thinkingLevel).toLowerCase()
  const budget = numberOf(config.thinkingBudget)
  const effort = level === 'thinking_level_unspecified' || level === '' ? effortOf(budget) : level
  if (!extensions) return effort !== undefined && takesReasoningEffort(model) ? { reasoning_effort: effort } : {}
  const exclude = config.includeThoughts === true ? {} : { exclude: true }
  if (level !== '' && effort !== undefined) return { reasoning: { effort, ...exclude } }
  if (budget === 0) return { reasoning: { effort: 'none' } }
  if (budget !== undefined && budget > 0) return { reasoning: { max_tokens: budget, ...exclude } }
  return config.includeThoughts === true ? { reasoning: { enabled: true } } : {}
}
