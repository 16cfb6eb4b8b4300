import type { JsonObject } from '../plugins/api.ts'
import { inputItems, type KeptResponse, outputItems } from './kept-response.ts'

/** What the router itself has of a client's earlier answers. */
export interface Archived {
  response(id: string): KeptResponse | undefined
  item(id: string): JsonObject | undefined
}

/** Answers that a conversation may consist of. */
const MAX_TURNS = 1000
/** Of all that is read for one request. */
export const MAX_BYTES = 64 * 1024 * 1024

/**
 * The request with what it refers to in its place; undefined when not all of it is known. As at OpenAI, instructions
 * are those of the request alone.
 */
export function expand(body: JsonObject, archived: Archived): JsonObject | undefined {
  const { previous_response_id: previous, ...rest } = body
  const before = typeof previous === 'string' ? conversationTo(previous, archived) : []
  const own = resolved(inputItems(body.input), archived)
  return before && own && { ...rest, input: [...before, ...own] }
}

/** All items up to an answer and with it, in their order. */
export function conversationTo(id: string, archived: Archived): JsonObject[] | undefined {
  const turns: JsonObject[][] = []
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined; ) {
    const kept: KeptResponse | undefined = seen.has(at) || turns.length >= MAX_TURNS ? undefined : archived.response(at)
    const input = kept && resolved(kept.input, archived)
    if (!input) return undefined
    seen.add(at)
    turns.push([...input, ...outputItems(kept.response)])
    at = kept.previous
  }
  return turns.reverse().flat()
}

function resolved(items: readonly JsonObject[], archived: Archived): readonly JsonObject[] | undefined {
  const out: JsonObject[] = []
  for (const item of items) {
    const meant = item.type === 'item_reference' ? archived.item(String(item.id)) : item
    if (!meant) return undefined
    out.push(meant)
  }
  return out
}
