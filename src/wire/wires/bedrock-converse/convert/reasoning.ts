/** A wish for reasoning, as the models behind Converse take it in `additionalModelRequestFields`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { compact, isObject, numberOf, objectOf } from '../../../untyped.ts'
import type { ConverseTraits } from './models.ts'

export interface ReasoningFields {
  readonly fields: JsonObject
  /** The model refuses `inferenceConfig` beside it. */
  readonly unlimited?: boolean
}

export function reasoningFields(
  hub: JsonObject,
  messages: JsonObject,
  { effort: form }: ConverseTraits,
): ReasoningFields {
  if (form === 'messages') {
    const { effort } = objectOf(messages.output_config)
    return {
      fields: compact({ thinking: messages.thinking, output_config: effort === undefined ? undefined : { effort } }),
    }
  }
  const effort = wishOf(hub)
  if (effort === undefined || form === 'none') return { fields: {} }
  const level = effort === 'none' || effort === 'minimal' ? 'low' : /max|high/.test(effort) ? 'high' : effort
  if (form === 'reasoning_effort') return { fields: { reasoning_effort: level } }
  if (effort === 'none') return { fields: { reasoningConfig: { type: 'disabled' } } }
  // Source: https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
  return { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: level } }, unlimited: level === 'high' }
}

function wishOf(hub: JsonObject): string | undefined {
  const reasoning = objectOf(hub.reasoning)
  if (reasoning.enabled === false) return 'none'
  const effort = reasoning.effort ?? hub.reasoning_effort
  if (typeof effort === 'string') return effort
  const isWanted = reasoning.enabled === true || numberOf(reasoning.max_tokens) !== undefined || isObject(hub.thinking)
  return isWanted ? 'medium' : undefined
}
