/**
 * OpenRouter's dialect of OpenAI answers (/api/v1): cost in usage, the provider's name, and none of the nulls that its
 * own clients refuse. `@openrouter/sdk`'s schemas are the measure: there most optional fields may be absent, but not
 * null. Only what has to change is changed.
 */

import type { BodyEdits } from '../../../base/json/edit-body.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { ReadContext } from '../../../routing/codec.ts'
import { objects } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'
import { chatUsage } from '../../usage/usage.ts'
import { usageIn } from '../../usage/usage-places.ts'

/** Top-level fields that are left out rather than null. `system_fingerprint` is nullable in whole answers only. */
export const NEVER_NULL = ['usage', 'error', 'system_fingerprint', 'provider', 'openrouter_metadata'] as const

const MESSAGE_NEVER_NULL = ['role', 'audio', 'images', 'tool_calls', 'reasoning_details', 'name', 'model'] as const

/** Edits of one chunk of a stream; empty for the ordinary chunk. */
export function chunkEdits(chunk: JsonObject, context: ReadContext, shape: ChoicesShape): BodyEdits {
  const edits = commonEdits(chunk, context, shape, 'chunk')
  const remove = NEVER_NULL.filter((key) => chunk[key] === null)
  return { set: edits, remove }
}

/** Edits of a whole chat or text completion. */
export function completionEdits(body: JsonObject, context: ReadContext, shape: ChoicesShape): BodyEdits {
  const edits = commonEdits(body, context, shape, 'whole')
  if (body.system_fingerprint === undefined) edits.system_fingerprint = null
  if (typeof body.provider !== 'string') edits.provider = context.provider
  const remove = NEVER_NULL.filter((key) => key !== 'system_fingerprint' && !(key in edits) && body[key] === null)
  return { set: edits, remove }
}

/** How answers of a wire with choices look. */
export interface ChoicesShape {
  /** `object` of a chunk, and of a whole answer. */
  readonly chunk: string
  readonly whole: string
  /** Choices have messages, which are mended too. */
  readonly messages: boolean
}

function commonEdits(
  body: JsonObject,
  context: ReadContext,
  shape: ChoicesShape,
  form: 'chunk' | 'whole',
): Record<string, unknown> {
  const { call } = context
  const set: Record<string, unknown> = {}
  if (typeof body.id !== 'string') set.id = call.id
  if (!Number.isInteger(body.created))
    set.created = Math.floor(typeof body.created === 'number' ? body.created : call.time / 1000)
  if (typeof body.model !== 'string') set.model = context.model
  if (body.object !== shape[form]) set.object = shape[form]
  if (!Array.isArray(body.choices)) set.choices = []
  else if (shape.messages) {
    const choices = body.choices.map((choice, index) =>
      mendChoice(choice, index, form === 'chunk' ? 'delta' : 'message'),
    )
    if (choices.some((choice, i) => choice !== (body.choices as unknown[])[i])) set.choices = choices
  }
  const given = usageIn(body)
  if (given) {
    const usage = mendUsage(given, context)
    if (usage !== body.usage) set.usage = usage
    if (typeof body.provider !== 'string') set.provider = context.provider
  }
  return set
}

/** The same object when nothing is wrong with it. */
function mendChoice(choice: unknown, position: number, key: 'delta' | 'message'): unknown {
  if (!isObject(choice)) return choice
  const changes: JsonObject = {}
  if (!Number.isInteger(choice.index)) changes.index = position
  if (choice.finish_reason === undefined) changes.finish_reason = null
  const message = mendMessage(isObject(choice[key]) ? choice[key] : {}, key)
  if (message !== choice[key]) changes[key] = message
  return Object.keys(changes).length > 0 ? { ...choice, ...changes } : choice
}

function mendMessage(message: JsonObject, key: 'delta' | 'message'): JsonObject {
  let mended = without(message, MESSAGE_NEVER_NULL)
  // Some servers send an empty role with every delta.
  if (mended.role !== undefined && mended.role !== 'assistant') mended = { ...mended, role: 'assistant' }
  if (key === 'message' && mended.role === undefined) mended = { role: 'assistant', ...mended }
  const calls = objects(mended.tool_calls)
  const mendedCalls = calls.map((call, index) => mendCall(call, index, key))
  return mendedCalls.some((call, i) => call !== calls[i]) ? { ...mended, tool_calls: mendedCalls } : mended
}

/** Later pieces of a call often carry null where OpenAI's have nothing. */
function mendCall(call: JsonObject, position: number, key: 'delta' | 'message'): JsonObject {
  let mended = without(call, ['id', 'type', 'function'])
  if (key === 'delta' && !Number.isInteger(mended.index)) mended = { ...mended, index: position }
  if (!isObject(mended.function)) return mended
  const target = without(mended.function, ['name', 'arguments'])
  return target === mended.function ? mended : { ...mended, function: target }
}

function mendUsage(usage: JsonObject, context: ReadContext): JsonObject {
  let mended = usage
  if (isObject(usage.prompt_tokens_details)) {
    const details = without(usage.prompt_tokens_details, Object.keys(usage.prompt_tokens_details))
    if (details !== usage.prompt_tokens_details) mended = { ...mended, prompt_tokens_details: details }
  }
  const counted = chatUsage(usage)
  if (!Number.isInteger(usage.total_tokens)) {
    mended = { ...mended, total_tokens: (counted?.inputTokens ?? 0) + (counted?.outputTokens ?? 0) }
  }
  // An upstream that bills itself knows better than a price list.
  const cost = typeof usage.cost === 'number' || !counted ? undefined : context.cost(counted)
  return cost === undefined ? mended : { ...mended, cost }
}

/** The object without those of the keys whose value is null; the same object when there is none. */
function without(object: JsonObject, keys: readonly string[]): JsonObject {
  if (!keys.some((key) => object[key] === null)) return object
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => value !== null || !keys.includes(key)))
}
