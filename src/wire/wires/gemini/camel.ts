import type { JsonObject } from '../../../plugins/api.ts'
import { isObject } from '../../untyped.ts'

/** What is not Google's own: what a tool is given or says, and schemas. */
const FOREIGN: ReadonlySet<string> = new Set([
  'args',
  'response',
  'properties',
  'parametersJsonSchema',
  'responseJsonSchema',
  'labels',
])

/** Google takes fields in both spellings: `system_instruction` is `systemInstruction`. */
export const camelCased = (body: JsonObject): JsonObject => changed(body) as JsonObject

function changed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(changed)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const name = key.includes('_') ? key.replace(/(?<=.)_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key
      return [name, FOREIGN.has(name) ? each : changed(each)]
    }),
  )
}

const SNAKE =
  /^(?:system_instruction|generation_config|tool_config|safety_settings|function_declarations|inline_data|file_data|function_call|function_response|cached_content)$/

/** Whether a body, or what stands in it, is in the other spelling. */
export function isSnakeCased(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSnakeCased)
  if (!isObject(value)) return false
  for (const key in value) if (SNAKE.test(key) || (!FOREIGN.has(key) && isSnakeCased(value[key]))) return true
  return false
}
