/**
 * Hub messages as Anthropic's `system` and turns. System and developer messages are hoisted to `system` wherever they
 * stand, as in Anthropic's own OpenAI-compatible endpoint. Neighbours of one role become one turn; tool results come
 * first in theirs.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { toolInputOrWrapped } from '../../../json-text.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { blocksFromHub, cacheOf } from './content-from-hub.ts'
import { thinkingBlocks } from './reasoning.ts'

export interface Turn {
  readonly role: 'user' | 'assistant'
  content: JsonObject[]
}

export interface Conversation {
  readonly system: JsonObject[]
  readonly turns: readonly Turn[]
}

export function conversationFromHub(messages: unknown): Conversation {
  if (!Array.isArray(messages)) return refuse('messages', 'must be a list')
  const system: JsonObject[] = []
  const turns: Turn[] = []
  const add = (role: Turn['role'], content: JsonObject[]): void => {
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...content)
    else if (content.length > 0) turns.push({ role, content })
  }
  for (const [index, message] of messages.entries()) {
    const field = `messages[${index}]`
    if (!isObject(message)) return refuse(field, 'must be an object with a role')
    if (message.role === 'system' || message.role === 'developer')
      system.push(...blocksFromHub(message.content, `${field}.content`))
    else if (message.role === 'user') add('user', blocksFromHub(message.content, `${field}.content`))
    else if (message.role === 'assistant') add('assistant', assistantBlocks(message, field))
    else if (message.role === 'tool') add('user', [toolResult(message, field)])
    else return refuse(`${field}.role`, `"${stringOf(message.role)}" is not known`)
  }
  for (const turn of turns) if (turn.role === 'user') turn.content = resultsFirst(turn.content)
  // Anthropic wants a user turn first; OpenAI does not.
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', content: [{ type: 'text', text: '.' }] })
  return { system, turns: withTrimmedPrefill(turns) }
}

function assistantBlocks(message: JsonObject, field: string): JsonObject[] {
  if (isObject(message.audio)) return refuse(`${field}.audio`, 'cannot be sent to an anthropic-messages endpoint')
  if (isObject(message.function_call)) return refuse(`${field}.function_call`, 'is the old form; use tool_calls')
  // Claude checks signatures: reasoning of another maker, or without a signature, cannot be given back.
  const thinking = thinkingBlocks(message.reasoning_details).filter(
    (block) => block.type === 'redacted_thinking' || block.signature !== '',
  )
  const refusal = typeof message.refusal === 'string' ? blocksFromHub(message.refusal, field) : []
  const calls = listOf(message.tool_calls).map((call, index) =>
    toolUse(objectOf(call), `${field}.tool_calls[${index}]`),
  )
  const { content, uses } = withoutUses(message.content)
  const more = uses.filter((use) => !calls.some((call) => call.id === use.id))
  return [...thinking, ...blocksFromHub(content, `${field}.content`), ...refusal, ...calls, ...more]
}

/**
 * Some clients leave Claude's own `tool_use` blocks in the content, beside the same calls in `tool_calls` or in their
 * place.
 */
function withoutUses(content: unknown): { content: unknown; uses: JsonObject[] } {
  const isUse = (part: unknown): part is JsonObject => isObject(part) && part.type === 'tool_use'
  if (!Array.isArray(content) || !content.some(isUse)) return { content, uses: [] }
  const uses = content.filter(isUse).map((use) => ({ ...use, input: toolInputOrWrapped(use.input) }))
  return { content: content.filter((part) => !isUse(part)), uses }
}

function toolUse(call: JsonObject, field: string): JsonObject {
  const target = objectOf(call.function)
  if (typeof target.name !== 'string')
    return refuse(`${field}.function.name`, 'must be a string; custom tools have no form in anthropic-messages')
  return {
    type: 'tool_use',
    id: stringOf(call.id),
    name: target.name,
    input: toolInputOrWrapped(target.arguments),
    ...cacheOf(call),
  }
}

function toolResult(message: JsonObject, field: string): JsonObject {
  if (typeof message.tool_call_id !== 'string') return refuse(`${field}.tool_call_id`, 'must be a string')
  const content = blocksFromHub(message.content, `${field}.content`)
  return {
    type: 'tool_result',
    tool_use_id: message.tool_call_id,
    content: contentOf(content),
    ...(message.is_error === true ? { is_error: true } : {}),
    ...cacheOf(message),
  }
}

function resultsFirst(blocks: JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject): boolean => block.type === 'tool_result'
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))]
}

/** A last assistant turn is a prefill, which must not end in white space. */
function withTrimmedPrefill(turns: Turn[]): Turn[] {
  const turn = turns.at(-1)
  const block = turn?.content.at(-1)
  if (turn?.role !== 'assistant' || block?.type !== 'text') return turns
  const text = stringOf(block.text).trimEnd()
  const content = [...turn.content.slice(0, -1), ...(text ? [{ ...block, text }] : [])]
  return [...turns.slice(0, -1), ...(content.length > 0 ? [{ role: turn.role, content }] : [])]
}

/** The short form where it says the same. */
export function contentOf(blocks: readonly JsonObject[]): unknown {
  const only = blocks.length === 1 ? blocks[0] : undefined
  if (blocks.length === 0) return ''
  return only?.type === 'text' && only.cache_control === undefined ? only.text : blocks
}
