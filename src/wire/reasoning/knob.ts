/**
 * One knob for reasoning: whatever way a client asks for it in an `openai-chat` body (OpenRouter's `reasoning`, OpenAI's
 * `reasoning_effort`, Anthropic's `thinking`, Qwen's `enable_thinking`), as the upstream wants to be asked. Source of
 * the forms: the reasoning options in models.dev's table of providers, June 2026.
 */
import type { JsonObject, ReasoningKnob } from '../../plugins/api.ts'
import { withValue } from '../quirks/same.ts'
import { isObject, numberOf, objectOf, stringOf } from '../untyped.ts'
import { levelOf, SHARES } from './effort.ts'

/** What was asked for. */
interface Wish {
  readonly enabled: boolean
  readonly effort: string
  /** Tokens. */
  readonly budget: number | undefined
}

/** Keys by which reasoning is asked for, and the forms that read them. */
const OWN: Readonly<Record<string, readonly ReasoningKnob['form'][]>> = {
  reasoning: ['reasoning'],
  reasoning_effort: ['reasoning_effort', 'reasoning'],
  thinking: ['thinking'],
  enable_thinking: ['enable_thinking'],
  thinking_budget: ['enable_thinking'],
}

/** The same body when it asks for nothing, or in the upstream's own way only. */
export function turnKnob(body: JsonObject, knob: ReasoningKnob): JsonObject {
  const given = Object.keys(OWN).filter((key) => body[key] !== undefined && body[key] !== null)
  const { form, efforts } = knob
  const isForeign = given.some((key) => !OWN[key]!.includes(form))
  const mapped = efforts?.[stringOf(body.reasoning_effort)]
  if (!isForeign && mapped === undefined) return body
  const wish = wishOf(body)
  let out = body
  for (const key of given) out = withValue(out, key, undefined)
  // Its own object wins where the client has written it beside others.
  const own = form.startsWith('reasoning.') ? undefined : body[form]
  if (isObject(own) && !form.startsWith('chat_template')) return withValue(out, form, own)
  return Object.entries(asked(wish, knob, body)).reduce((all, [key, value]) => withValue(all, key, value), out)
}

function wishOf(body: JsonObject): Wish {
  const reasoning = objectOf(body.reasoning)
  const thinking = objectOf(body.thinking)
  const effort = stringOf(reasoning.effort) || stringOf(body.reasoning_effort)
  const off =
    effort === 'none' || reasoning.enabled === false || thinking.type === 'disabled' || body.enable_thinking === false
  return {
    enabled: !off,
    effort: off ? '' : effort,
    budget: numberOf(reasoning.max_tokens) ?? numberOf(thinking.budget_tokens) ?? numberOf(body.thinking_budget),
  }
}

function asked(wish: Wish, { form, efforts, budget: takesBudget }: ReasoningKnob, body: JsonObject): JsonObject {
  const { enabled, budget } = wish
  const level = wish.effort || (budget === undefined ? '' : levelOf(budget, limitOf(body) ?? budget * 2))
  const effort = efforts?.[level] ?? level
  switch (form) {
    case 'reasoning_effort':
      return { reasoning_effort: enabled ? effort || 'medium' : (efforts?.none ?? 'none') }
    case 'reasoning': {
      const { exclude } = objectOf(body.reasoning)
      const how = !enabled
        ? { enabled: false }
        : budget !== undefined
          ? { max_tokens: budget }
          : effort === ''
            ? { enabled: true }
            : { effort }
      return { reasoning: { ...how, ...(exclude === true && { exclude: true }) } }
    }
    case 'reasoning.enabled':
      return { reasoning: { enabled } }
    case 'thinking':
      return {
        thinking: {
          type: enabled ? 'enabled' : 'disabled',
          ...(enabled && takesBudget && { budget_tokens: budgetOf(wish, body) }),
        },
        // Who has levels beside the switch says which.
        ...(enabled && efforts && effort !== '' && { reasoning_effort: effort }),
      }
    case 'enable_thinking': {
      const tokens = enabled ? budgetOf(wish, body) : undefined
      return { enable_thinking: enabled, ...(tokens !== undefined && { thinking_budget: tokens }) }
    }
    default:
      return {
        [form]: { ...objectOf(body[form]), enable_thinking: enabled },
        ...(enabled && effort !== '' && { reasoning_effort: effort }),
      }
  }
}

const limitOf = (body: JsonObject): number | undefined =>
  numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens)

/** Tokens to reason with; undefined when nothing says how much. */
function budgetOf({ effort, budget }: Wish, body: JsonObject): number | undefined {
  const limit = limitOf(body)
  const share = SHARES[effort]
  return budget ?? (limit === undefined || share === undefined ? undefined : Math.max(1024, Math.floor(limit * share)))
}
