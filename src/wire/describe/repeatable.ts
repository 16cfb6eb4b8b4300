import type { JsonObject } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { wireOf } from '../wires/index.ts'

/** Tools that the caller executes; anything else runs upstream, where doing it twice may matter. */
const CALLERS_TOOLS: ReadonlySet<unknown> = new Set([undefined, null, 'function', 'custom'])
/** Fields that make an upstream search, remember or work on after its answer. */
const LASTING = ['background', 'conversation', 'container', 'mcp_servers', 'plugins', 'web_search_options'] as const

/** Whether asking two upstreams at once does nothing twice but write an answer. */
export function isRepeatable({ operation, wire, body }: Call): boolean {
  if (operation !== 'chat' && operation !== 'completion') return false
  if (wireOf(wire)?.request?.storedByDefault ? body.store !== false : body.store === true) return false
  if (LASTING.some((name) => isGiven(body[name]))) return false
  const { tools } = body
  return !Array.isArray(tools) || (tools as (JsonObject | null)[]).every((tool) => CALLERS_TOOLS.has(tool?.type))
}

const isGiven = (value: unknown) =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)
