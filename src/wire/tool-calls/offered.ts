import type { JsonObject } from '../../plugins/api.ts'
import { objects, text } from '../read/meter.ts'
import { isObject } from '../untyped.ts'

/**
 * Names of the tools that a request offers, in any wire; undefined when it offers none by name, so that nothing can be
 * said.
 */
export function toolNames(body: JsonObject): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  // Items of Responses may offer more, some of them found by the provider itself.
  if (objects(body.input).some(({ type }) => type === 'additional_tools' || type === 'tool_search_output'))
    return undefined
  for (const tool of [...objects(body.tools), ...objects(body.functions)]) {
    if (Array.isArray(tool.functionDeclarations)) {
      for (const { name } of objects(tool.functionDeclarations)) names.add(String(name))
      continue
    }
    if (tool.type === 'namespace') {
      addNamespace(names, tool)
      continue
    }
    const inner = [tool.function, tool.custom].find(isObject) ?? tool
    const name = text(inner.name)
    if (name) names.add(name)
    // Tools that the provider runs (`web_search`, `mcp`, ...) call under names of their own.
    else if (text(tool.type)) return undefined
  }
  for (const { toolSpec } of objects(isObject(body.toolConfig) ? body.toolConfig.tools : undefined)) {
    const name = isObject(toolSpec) ? text(toolSpec.name) : undefined
    if (name) names.add(name)
  }
  return names.size > 0 ? names : undefined
}

/** A tool of a namespace is called by its own name, or by both where namespaces are not known. */
function addNamespace(names: Set<string>, { name, tools }: JsonObject): void {
  for (const tool of objects(tools)) {
    names.add(String(tool.name))
    names.add(qualifiedName(tool.name, name))
  }
}

/** `<namespace>__<name>`. Codex's namespaces end in the separator already. */
export function qualifiedName(name: unknown, namespace: unknown): string {
  const prefix = text(namespace)
  if (prefix === undefined) return text(name) ?? ''
  return prefix.endsWith('__') ? `${prefix}${text(name) ?? ''}` : `${prefix}__${text(name) ?? ''}`
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
