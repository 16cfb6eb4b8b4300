import type { JsonObject } from '../../../plugins/api.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { isObject } from '../../untyped.ts'
import { renamed } from './quirks.ts'

/** Other names for the tools in the choices of an answer or a chunk; `key`: where a choice has its message. */
export function inChoices(body: JsonObject, key: 'message' | 'delta', change: (name: string) => string): JsonObject {
  if (!Array.isArray(body.choices)) return body
  const choices = mapSame(body.choices, (choice) => {
    const message = isObject(choice) ? choice[key] : undefined
    if (!isObject(choice) || !isObject(message)) return choice
    let out = renamed(message, 'function_call', change)
    if (Array.isArray(out.tool_calls)) {
      const calls = mapSame(out.tool_calls, (call) => (isObject(call) ? renamed(call, 'function', change) : call))
      out = withValue(out, 'tool_calls', calls)
    }
    return withValue(choice, key, out)
  })
  return withValue(body, 'choices', choices)
}
