/** Quirks inside an `openai-chat` body. */
import type { JsonObject, Quirks } from '../../../plugins/api.ts'
import type { QuirkContext } from '../../quirks/context.ts'
import { mapSame, only, without, withValue } from '../../quirks/same.ts'
import { adaptSchema } from '../../quirks/schema.ts'
import { userId } from '../../quirks/user.ts'
import { handBack } from '../../reasoning/hand-back.ts'
import { turnKnob } from '../../reasoning/knob.ts'
import { isObject, listOf, objectOf, refuse } from '../../untyped.ts'

function chatMessages(messages: readonly unknown[], context: QuirkContext): readonly unknown[] {
  const { afterToolResult, continued } = context.quirks
  let out = mapSame(messages, chatMessage, context)
  if (afterToolResult) out = bridged(out, afterToolResult)
  const last = out.at(-1)
  if (continued && isObject(last) && last.role === 'assistant') out = [...out.slice(0, -1), { ...last, ...continued }]
  return out
}

function chatMessage(message: unknown, index: number, context: QuirkContext): unknown {
  if (!isObject(message)) return message
  const { quirks, messageKeys, drop } = context
  let out = handBack(message, quirks)
  if (messageKeys) out = only(out, messageKeys)
  if (drop) out = without(out, drop)
  const role = quirks.roles?.[String(message.role)]
  if (role !== undefined) out = withValue(out, 'role', role)
  if (message.role === 'assistant') context.ids?.turn()
  if (message.role === 'tool') {
    const { ids, names } = context
    if (ids && typeof message.tool_call_id === 'string')
      out = withValue(out, 'tool_call_id', ids.result(message.tool_call_id))
    if (names && typeof out.name === 'string') out = withValue(out, 'name', names.to(out.name))
  }
  if (Array.isArray(out.content))
    out = withValue(out, 'content', chatParts(out.content, `messages[${index}].content`, context))
  if (Array.isArray(out.tool_calls))
    out = withValue(
      out,
      'tool_calls',
      mapSame(out.tool_calls, (call) => chatCall(call, context)),
    )
  return out
}

function chatParts(parts: readonly unknown[], field: string, { quirks, drop }: QuirkContext): readonly unknown[] {
  return mapSame(parts, (part, index) => {
    if (!isObject(part)) return part
    const url = objectOf(part.image_url).url
    if (quirks.httpsImages && typeof url === 'string' && /^http:/i.test(url))
      refuse(`${field}[${index}].image_url.url`, 'must be an https address')
    return drop ? without(part, drop) : part
  })
}

function chatCall(call: unknown, { drop, ids, names }: QuirkContext): unknown {
  if (!isObject(call)) return call
  let out = drop ? without(call, drop) : call
  if (ids) out = withValue(out, 'id', ids.call(typeof call.id === 'string' ? call.id : ''))
  return names ? renamed(out, 'function', names.to) : out
}

/** `{ function: { name } }` and the like with another name. */
export function renamed(holder: JsonObject, key: string, change: (name: string) => string): JsonObject {
  const inner = holder[key]
  return isObject(inner) && typeof inner.name === 'string'
    ? withValue(holder, key, withValue(inner, 'name', change(inner.name)))
    : holder
}

function chatTool(tool: JsonObject, { quirks, drop, names }: QuirkContext): JsonObject {
  let out = drop ? without(tool, drop) : tool
  if (names) out = renamed(out, 'function', names.to)
  const inner = objectOf(out.function)
  if (!quirks.toolSchemas || inner.parameters === undefined) return out
  return withValue(out, 'function', withValue(inner, 'parameters', adaptSchema(inner.parameters, quirks.toolSchemas)))
}

function chatToolChoice(choice: JsonObject, { names }: QuirkContext): JsonObject {
  if (!names) return choice
  const change = names.to
  const allowed = choice.allowed_tools
  if (!isObject(allowed)) return renamed(choice, 'function', change)
  const tools = mapSame(listOf(allowed.tools), (tool) => (isObject(tool) ? renamed(tool, 'function', change) : tool))
  return withValue(choice, 'allowed_tools', withValue(allowed, 'tools', tools))
}

/** With `bridge` between each tool's result and a user's message right after it. */
function bridged(messages: readonly unknown[], bridge: JsonObject): readonly unknown[] {
  const needs = (at: number) => objectOf(messages[at]).role === 'user' && objectOf(messages[at - 1]).role === 'tool'
  if (!messages.some((_, at) => needs(at))) return messages
  return messages.flatMap((message, at) => (needs(at) ? [bridge, message] : [message]))
}

const withUser = (body: JsonObject, key: string, rule: NonNullable<Quirks['user']>): JsonObject =>
  typeof body[key] === 'string' ? withValue(body, key, userId(body[key], rule)) : body

export function chatQuirks(body: JsonObject, context: QuirkContext): JsonObject {
  const { user, maxStops, reasoningKnob } = context.quirks
  let out = reasoningKnob ? turnKnob(body, reasoningKnob) : body
  if (user) out = withUser(withUser(out, 'user', user), 'safety_identifier', user)
  if (maxStops !== undefined && listOf(out.stop).length > maxStops)
    refuse('stop', `must not have more than ${maxStops} sequences here`)
  if (Array.isArray(out.tools))
    out = withValue(
      out,
      'tools',
      mapSame(out.tools, (tool) => (isObject(tool) ? chatTool(tool, context) : tool)),
    )
  if (isObject(out.tool_choice)) out = withValue(out, 'tool_choice', chatToolChoice(out.tool_choice, context))
  return Array.isArray(out.messages) ? withValue(out, 'messages', chatMessages(out.messages, context)) : out
}
