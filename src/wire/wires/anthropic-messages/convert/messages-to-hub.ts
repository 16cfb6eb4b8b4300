/**
 * Anthropic's `system` and messages as hub messages: each tool result becomes a tool message, before the rest of its
 * turn.
 */
import { withoutBillingLine } from '../../../../base/client-marks.ts'
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { toolArguments } from '../../../json-text.ts'
import { GivenReasoning } from '../../../reasoning/given.ts'
import { isObject, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { shortContent, type ToolResult, toolMessage } from '../../openai-chat/parts.ts'
import { cacheOf } from './content-from-hub.ts'
import { partsToHub } from './content-to-hub.ts'
import { takeThinking } from './thinking-from-client.ts'

export function messagesToHub(body: JsonObject, options: HubOptions): JsonObject[] {
  const { extensions = false } = options
  if (!Array.isArray(body.messages)) return refuse('messages', 'must be a list')
  const system = partsToHub(body.system, 'system', extensions).flatMap(prompt)
  const head = system.length > 0 ? [{ role: 'system', content: shortContent(system, extensions) }] : []
  return [
    ...head,
    ...body.messages.flatMap((message, index) => messageToHub(objectOf(message), `messages[${index}]`, options)),
  ]
}

/** What other makers are told of a part of `system`. */
function prompt(part: JsonObject): JsonObject[] {
  const text = withoutBillingLine(stringOf(part.text))
  return text === part.text || part.type !== 'text' ? [part] : text === '' ? [] : [{ ...part, text }]
}

function messageToHub(message: JsonObject, field: string, options: HubOptions): JsonObject[] {
  const { extensions = false } = options
  const content = `${field}.content`
  if (message.role === 'user') return userMessages(message.content, content, extensions)
  if (message.role === 'assistant') return assistantMessage(message.content, content, options)
  if (message.role === 'system')
    return [{ role: 'system', content: shortContent(partsToHub(message.content, content, extensions), extensions) }]
  return refuse(`${field}.role`, `"${stringOf(message.role)}" is not known`)
}

function userMessages(content: unknown, field: string, extensions: boolean): JsonObject[] {
  if (!Array.isArray(content))
    return [{ role: 'user', content: shortContent(partsToHub(content, field, extensions), extensions) }]
  const results: JsonObject[] = []
  const rest: JsonObject[] = []
  for (const [index, block] of content.entries()) {
    const at = `${field}[${index}]`
    if (isObject(block) && block.type === 'tool_result') {
      const { message, shown } = toolMessage(resultOf(block, `${at}.content`, extensions), extensions)
      results.push(message)
      rest.push(...shown)
    } else rest.push(...partsToHub([block], field, extensions))
  }
  return rest.length > 0 || results.length === 0
    ? [...results, { role: 'user', content: shortContent(rest, extensions) }]
    : results
}

const resultOf = (block: JsonObject, field: string, extensions: boolean): ToolResult => ({
  id: stringOf(block.tool_use_id),
  parts: partsToHub(block.content, field, extensions),
  failed: block.is_error === true,
  cache: cacheOf(block),
})

function assistantMessage(content: unknown, field: string, options: HubOptions): JsonObject[] {
  const { extensions = false } = options
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  if (!Array.isArray(blocks)) return refuse(field, 'must be a string or a list of blocks')
  const texts: JsonObject[] = []
  const calls: JsonObject[] = []
  const thinking = new GivenReasoning(options)
  for (const [index, block] of blocks.entries()) {
    if (!isObject(block)) return refuse(`${field}[${index}]`, 'must be an object with a type')
    if (takeThinking(thinking, block, extensions)) continue
    if (block.type === 'tool_use') calls.push(toolCall(block, extensions))
    else texts.push(...partsToHub([block], field, extensions))
  }
  // Other makers take no turn of nothing but reasoning.
  if (texts.length === 0 && calls.length === 0 && !thinking.speaks) return []
  const marked = texts.some((part) => part.type !== 'text' || part.cache_control !== undefined)
  const text = thinking.content(texts) ?? (marked ? texts : texts.map((part) => stringOf(part.text)).join(''))
  return [
    {
      role: 'assistant',
      content: text.length === 0 ? null : text,
      ...thinking.fields(),
      ...(calls.length > 0 ? { tool_calls: thinking.calls(calls) } : {}),
    },
  ]
}

const toolCall = (block: JsonObject, extensions: boolean): JsonObject => ({
  id: block.id,
  type: 'function',
  function: { name: block.name, arguments: toolArguments(block.input) },
  ...(extensions ? cacheOf(block) : {}),
})
