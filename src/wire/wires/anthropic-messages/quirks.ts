/** Quirks inside an `anthropic-messages` body. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { QuirkContext } from '../../quirks/context.ts'
import { mapSame, without, withValue } from '../../quirks/same.ts'
import { adaptSchema } from '../../quirks/schema.ts'
import { userId } from '../../quirks/user.ts'
import { isObject, objectOf, refuse, stringOf } from '../../untyped.ts'

/** Stands for a turn that must be there and says nothing. */
const NOTHING_SAID = '.'

function messagesTurns(messages: readonly unknown[], context: QuirkContext): readonly unknown[] {
  let emptied = false
  const out = mapSame(messages, (message, index) => {
    if (!isObject(message)) return message
    if (message.role === 'assistant') context.ids?.turn()
    const content = turnContent(message.content, `messages[${index}].content`, context)
    if (content !== undefined) return withValue(message, 'content', content)
    if (message.role !== 'assistant') return { ...message, content: NOTHING_SAID }
    emptied = true
    return undefined
  })
  return emptied ? out.filter((message) => message !== undefined) : out
}

/** Undefined when nothing is left of it. */
function turnContent(content: unknown, field: string, context: QuirkContext): unknown {
  if (typeof content === 'string') return context.quirks.noBlankText && isBlank(content) ? undefined : content
  if (!Array.isArray(content)) return content
  const blocks = mapSame(visible(content, context), (block, index) => turnBlock(block, `${field}[${index}]`, context))
  return blocks.length === 0 ? undefined : blocks
}

/** `system`: undefined when nothing is left of it. */
function messagesSystem(system: unknown, context: QuirkContext): unknown {
  if (typeof system === 'string') return context.quirks.noBlankText && isBlank(system) ? undefined : system
  if (!Array.isArray(system)) return system
  const blocks = visible(system, context)
  return blocks.length === 0 ? undefined : blocks
}

function turnBlock(block: unknown, field: string, context: QuirkContext): unknown {
  if (!isObject(block)) return block
  const { quirks, drop, ids, names } = context
  let out = drop ? without(block, drop) : block
  const { source } = block
  if (quirks.httpsImages && isObject(source) && source.type === 'url' && /^http:/i.test(stringOf(source.url)))
    refuse(`${field}.source.url`, 'must be an https address')
  if (block.type === 'tool_use') {
    if (ids) out = withValue(out, 'id', ids.call(stringOf(block.id)))
    if (names && typeof block.name === 'string') out = withValue(out, 'name', names.to(block.name))
  } else if (block.type === 'tool_result') {
    if (ids) out = withValue(out, 'tool_use_id', ids.result(stringOf(block.tool_use_id)))
    if (Array.isArray(block.content)) {
      const inner = mapSame(visible(block.content, context), (entry, index) =>
        turnBlock(entry, `${field}.content[${index}]`, context),
      )
      out = withValue(out, 'content', inner)
    }
  }
  return out
}

function visible(blocks: readonly unknown[], { quirks }: QuirkContext): readonly unknown[] {
  return quirks.noBlankText && blocks.some(isBlankBlock) ? blocks.filter((block) => !isBlankBlock(block)) : blocks
}

const isBlankBlock = (block: unknown): boolean =>
  isObject(block) && block.type === 'text' && isBlank(stringOf(block.text))

const isBlank = (text: string): boolean => !/\S/.test(text)

function messagesTool(tool: JsonObject, { quirks, drop, names }: QuirkContext): JsonObject {
  // Anthropic's own tools are known by their type, and their names are fixed.
  if (tool.type !== undefined && tool.type !== null && tool.type !== 'custom') return tool
  let out = drop ? without(tool, drop) : tool
  if (names && typeof tool.name === 'string') out = withValue(out, 'name', names.to(tool.name))
  return quirks.toolSchemas ? withValue(out, 'input_schema', adaptSchema(tool.input_schema, quirks.toolSchemas)) : out
}

const messagesToolChoice = (choice: JsonObject, { names }: QuirkContext): JsonObject =>
  names && typeof choice.name === 'string' ? withValue(choice, 'name', names.to(choice.name)) : choice

/** `metadata.user_id` by `change`. */
function messagesUser(metadata: unknown, change: (id: string) => string): unknown {
  const id = objectOf(metadata).user_id
  return isObject(metadata) && typeof id === 'string' ? withValue(metadata, 'user_id', change(id)) : metadata
}

export function messagesQuirks(body: JsonObject, context: QuirkContext): JsonObject {
  const { user } = context.quirks
  let out = body
  if (user)
    out = withValue(
      out,
      'metadata',
      messagesUser(out.metadata, (id) => userId(id, user)),
    )
  if (out.system !== undefined) out = withValue(out, 'system', messagesSystem(out.system, context))
  if (Array.isArray(out.tools))
    out = withValue(
      out,
      'tools',
      mapSame(out.tools, (tool) => (isObject(tool) ? messagesTool(tool, context) : tool)),
    )
  if (isObject(out.tool_choice)) out = withValue(out, 'tool_choice', messagesToolChoice(out.tool_choice, context))
  return Array.isArray(out.messages) ? withValue(out, 'messages', messagesTurns(out.messages, context)) : out
}
