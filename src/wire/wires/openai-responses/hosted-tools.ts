/**
 * Tools that the provider runs. Agents send them with every request, whether they are used or not; a request that
 * chooses one, or has no others, is nothing without them.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { objects } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'

const CLIENTS: ReadonlySet<unknown> = new Set(['function', 'custom', 'namespace', 'allowed_tools'])

export function livesByHostedTools({ tools, tool_choice: choice }: JsonObject): boolean {
  if (choice === 'none' || !Array.isArray(tools) || tools.length === 0) return false
  if (isObject(choice) && !CLIENTS.has(choice.type)) return true
  return objects(tools).every(({ type }) => !CLIENTS.has(type))
}
