import type { JsonObject } from '../../plugins/api.ts'
import { objects, text } from '../read/meter.ts'
import { isObject } from '../untyped.ts'

/**
 * Names of the tools that a request offers, in any wire; undefined when it offers none by name, so that nothing can be
 * said.
 */
export function toolNames(body: JsonObject): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const tool of [...objects(body.tools), ...objects(body.functions)]) {
    const inner = [tool.function, tool.custom].find(isObject) ?? tool
    const name = text(inner.name)
    if (name) names.add(name)
    // Tools that the provider runs (`web_search`, `mcp`, ...) call under names of their own.
    else if (text(tool.type)) return undefined
  }
  return names.size > 0 ? names : undefined
}

/** Blank counts as JSON: no arguments. */
export function isJson(value: string): boolean {
  if (value.trim() === '') return true
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}
