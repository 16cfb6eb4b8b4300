import type { JsonObject } from '../../plugins/api.ts'

/** Types that are named of one request. */
const MAX_NAMED = 4

/** The types of tools, each once, fit for a message: `web_search, mcp`. Not empty. */
export function toolTypes(tools: readonly JsonObject[]): string {
  const types = new Set(tools.map(({ type }) => (/^[\w.-]{1,64}$/.test(String(type)) ? String(type) : 'unknown')))
  return [...types].slice(0, MAX_NAMED).join(', ')
}
