import type { JsonObject } from '../../../plugins/api.ts'
import type { WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { isObject, objectOf } from '../../untyped.ts'

/**
 * A whole answer with choices as events: `object` names their kind, `toChoice` makes a whole choice one of an event.
 */
export function choicesEvents(
  body: JsonObject,
  object: string,
  toChoice: (choice: JsonObject) => JsonObject,
): WireEvent[] | undefined {
  if (!Array.isArray(body.choices)) return undefined
  const { choices, usage, ...rest } = body
  const head = { ...rest, object }
  const began = objects(choices).map((choice, index) => ({ index, ...toChoice(choice), finish_reason: null }))
  const ended = objects(choices).map((choice, index) => ({
    ...ENDED,
    index: choice.index ?? index,
    finish_reason: choice.finish_reason ?? null,
  }))
  const last = object === 'text_completion' ? ended.map((choice) => ({ ...choice, text: '' })) : ended
  return [
    [undefined, { ...head, choices: began }],
    [undefined, { ...head, choices: last }],
    ...(isObject(usage) ? [[undefined, { ...head, choices: [], usage }] as const] : []),
    [undefined, '[DONE]'],
  ]
}

const ENDED = { delta: {} }

/** A choice of a whole chat as that of a chunk. */
export function chatDelta({ message, ...choice }: JsonObject): JsonObject {
  const delta = { ...objectOf(message) }
  if (Array.isArray(delta.tool_calls))
    delta.tool_calls = objects(delta.tool_calls).map((call, index) => ({ ...call, index }))
  return { ...choice, delta }
}
