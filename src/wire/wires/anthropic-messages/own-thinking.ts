/**
 * Thinking in the history of a Messages request that goes on in that wire. The router's own signatures mean nothing
 * there; Claude checks all of them, so that a block without one costs the request (pydantic-ai#7597). Claude's own
 * blocks are left as they came.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { isToken } from '../../reasoning/token.ts'
import { isObject, listOf, objectOf } from '../../untyped.ts'
import { traitsOf } from './convert/models.ts'

/** `model`: the upstream's. The same object when nothing has to change. */
export function thinkingForMessages(body: JsonObject, model: unknown): JsonObject {
  if (!Array.isArray(body.messages)) return body
  const { claude } = traitsOf(model)
  let changed = false
  const messages: unknown[] = []
  for (const message of body.messages as unknown[]) {
    const kept = withoutForeign(message, claude)
    changed ||= kept !== message
    if (kept !== undefined) messages.push(kept)
  }
  const out = changed ? { ...body, messages } : body
  return claude && objectOf(body.thinking).type === 'enabled' && isUnthoughtLoop(messages) ? withoutThinking(out) : out
}

function withoutForeign(message: unknown, claude: boolean): unknown {
  if (!isObject(message) || message.role !== 'assistant' || !Array.isArray(message.content)) return message
  const isForeign = (block: unknown): boolean => {
    if (!isObject(block)) return false
    if (block.type === 'redacted_thinking') return isToken(block.data)
    return block.type === 'thinking' && (isToken(block.signature) || (claude && !block.signature))
  }
  if (!message.content.some(isForeign)) return message
  const content = message.content.filter((block) => !isForeign(block))
  return content.length > 0 ? { ...message, content } : undefined
}

/**
 * The conversation ends in a tool loop whose first turn does not begin with thinking: refused together with a thinking
 * budget.
 */
function isUnthoughtLoop(messages: readonly unknown[]): boolean {
  const contentAt = (at: number): readonly unknown[] => listOf(objectOf(messages[at]).content)
  let first: number | undefined
  for (
    let at = messages.length - 1;
    at > 0 && contentAt(at).some((block) => objectOf(block).type === 'tool_result');
    at -= 2
  )
    first = at - 1
  if (first === undefined) return false
  const { type } = objectOf(contentAt(first)[0])
  return type !== 'thinking' && type !== 'redacted_thinking'
}

/** Edits of the context that clear thinking are refused without it. */
function withoutThinking(body: JsonObject): JsonObject {
  const { thinking: _, context_management: management, ...rest } = body
  if (!isObject(management)) return rest
  const edits = listOf(management.edits).filter((edit) => !String(objectOf(edit).type).startsWith('clear_thinking'))
  return edits.length > 0 ? { ...rest, context_management: { ...management, edits } } : rest
}
