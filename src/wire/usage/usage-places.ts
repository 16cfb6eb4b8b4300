import type { JsonObject } from '../../plugins/api.ts'
import { isObject, listOf, objectOf } from '../untyped.ts'

/** The `usage` object of a chat answer or chunk: Groq puts it into `x_groq`, Moonshot into the choice. */
export function usageIn(body: JsonObject): JsonObject | undefined {
  if (isObject(body.usage)) return body.usage
  return [objectOf(body.x_groq).usage, objectOf(listOf(body.choices)[0]).usage].find(isObject)
}

/**
 * Adds the counts of one event of a Messages stream to those before. They are cumulative; a later event may leave out
 * or null what an earlier one gave, and compatible servers set to 0 what they no longer know of the input.
 */
export function addCounts(counts: JsonObject, usage: JsonObject): void {
  for (const key in usage) {
    const lost = usage[key] === 0 && key !== 'output_tokens' && counts[key] !== undefined
    if (usage[key] !== null && !lost) counts[key] = usage[key]
  }
}
