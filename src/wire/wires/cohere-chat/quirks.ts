/** Quirks inside a `cohere-chat` body: names of tools, whose grammar of declaration and call is OpenAI's. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { QuirkContext } from '../../quirks/context.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { isObject } from '../../untyped.ts'

type Change = (name: string) => string

export function cohereQuirks(body: JsonObject, { names }: QuirkContext): JsonObject {
  if (!names) return body
  const change = (name: string): string => names.to(name)
  let out = body
  if (Array.isArray(out.tools))
    out = withValue(
      out,
      'tools',
      mapSame(out.tools, (tool) => renamed(tool, change)),
    )
  if (!Array.isArray(out.messages)) return out
  const messages = mapSame(out.messages, (message) => (isObject(message) ? renamedCalls(message, change) : message))
  return withValue(out, 'messages', messages)
}

export const renameInMessage = (body: JsonObject, change: Change): JsonObject =>
  isObject(body.message) ? withValue(body, 'message', renamedCalls(body.message, change)) : body

/** `tool-call-start`: there one call stands where a message has a list. */
export function renameInEvent(data: JsonObject, change: Change): JsonObject {
  const { delta } = data
  if (data.type !== 'tool-call-start' || !isObject(delta) || !isObject(delta.message)) return data
  const message = withValue(delta.message, 'tool_calls', renamed(delta.message.tool_calls, change))
  return withValue(data, 'delta', withValue(delta, 'message', message))
}

const renamedCalls = (message: JsonObject, change: Change): JsonObject =>
  Array.isArray(message.tool_calls)
    ? withValue(
        message,
        'tool_calls',
        mapSame(message.tool_calls, (call) => renamed(call, change)),
      )
    : message

function renamed(holder: unknown, change: Change): unknown {
  if (!isObject(holder) || !isObject(holder.function) || typeof holder.function.name !== 'string') return holder
  return withValue(holder, 'function', withValue(holder.function, 'name', change(holder.function.name)))
}
