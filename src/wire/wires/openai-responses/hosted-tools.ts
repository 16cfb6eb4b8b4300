/**
 * Tools that the provider runs. Agents send them with every request, whether they are used or not; a request that
 * chooses one, or has no others, is nothing without them.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { toolTypes } from '../../describe/tool-types.ts'
import { objects } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'

const CLIENTS: ReadonlySet<unknown> = new Set(['function', 'custom', 'namespace', 'allowed_tools'])

/** The types of those it lives by; undefined where it does not. */
export function hostedTools({ tools, tool_choice: choice }: JsonObject): string | undefined {
  if (choice === 'none' || !Array.isArray(tools) || tools.length === 0) return undefined
  if (isObject(choice) && !CLIENTS.has(choice.type)) return toolTypes([choice])
  const list = objects(tools)
  return list.every(({ type }) => !CLIENTS.has(type)) ? toolTypes(list) : undefined
}
