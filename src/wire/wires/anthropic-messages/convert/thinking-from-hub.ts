/**
 * `reasoning_effort` and OpenRouter's `reasoning { effort, max_tokens, enabled, exclude }` as Anthropic's `thinking`
 * and effort. Reasoning is a wish and the request the need: where the model or the conversation rules thinking out, it
 * is left out.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { SHARES } from '../../../reasoning/effort.ts'
import { isObject, numberOf, objectOf } from '../../../untyped.ts'
import type { Traits } from './models.ts'

/** Anthropic's minimum, tokens. */
const MIN_BUDGET = 1024

export interface Setting {
  readonly maxTokens: number
  readonly traits: Traits
  /** A tool is forced: Anthropic refuses that together with thinking. */
  readonly forcedTool: boolean
  /** The running tool loop has no thinking block to begin with: Anthropic refuses that together with a budget. */
  readonly unthoughtLoop: boolean
}

export interface Thinking {
  readonly thinking?: JsonObject
  readonly effort?: string
}

/** The client's own `thinking` object, in Anthropic's grammar, wins untouched. */
export function thinkingFromHub(body: JsonObject, setting: Setting): Thinking {
  if (isObject(body.thinking)) return { thinking: body.thinking }
  const reasoning = objectOf(body.reasoning)
  const wish = reasoning.enabled === false ? 'none' : (reasoning.effort ?? body.reasoning_effort)
  const budget = numberOf(reasoning.max_tokens)
  const effort = typeof wish === 'string' ? wish : undefined
  if (effort === 'none') return withoutThinking(setting.traits)
  if ((effort === undefined && budget === undefined && reasoning.enabled !== true) || setting.forcedTool) return {}
  const exclude = reasoning.exclude === true
  const { traits } = setting
  if (traits.thinking === 'none') return {}
  if (traits.thinking === 'adaptive' || (traits.thinking === 'both' && budget === undefined))
    return adaptive(effort, exclude, traits)
  return budgeted(budget ?? Math.floor((SHARES[effort ?? 'medium'] ?? 0.5) * setting.maxTokens), exclude, setting)
}

function withoutThinking(traits: Traits): Thinking {
  if (traits.alwaysThinks) return { effort: 'low' }
  // Older Claude models think only when told to.
  return traits.claude && traits.thinking !== 'adaptive' ? {} : { thinking: { type: 'disabled' } }
}

function adaptive(effort: string | undefined, exclude: boolean, traits: Traits): Thinking {
  const thinking = { type: 'adaptive', display: exclude ? 'omitted' : 'summarized' }
  if (effort === undefined) return { thinking }
  const known = effort === 'minimal' ? 'low' : traits.thinking === 'both' && /max|xhigh/.test(effort) ? 'high' : effort
  return { thinking, effort: known }
}

function budgeted(wish: number, exclude: boolean, { maxTokens, unthoughtLoop }: Setting): Thinking {
  const budget = Math.min(Math.max(wish, MIN_BUDGET), maxTokens - 1)
  if (budget < MIN_BUDGET || unthoughtLoop) return {}
  return { thinking: { type: 'enabled', budget_tokens: budget, ...(exclude ? { display: 'omitted' } : {}) } }
}
