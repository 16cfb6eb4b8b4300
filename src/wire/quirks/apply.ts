/** Applies an adapter's quirks to the body that is about to be sent. */

import type { BodyEdits } from '../../base/json/edit-body.ts'
import type { JsonObject, Quirks, Wire } from '../../plugins/api.ts'
import { isObject, listOf, numberOf, refuse } from '../untyped.ts'
import { messagesSystem, messagesTool, messagesToolChoice, messagesTurns, messagesUser } from '../wires/anthropic-messages/quirks.ts'
import { chatMessages, chatTool, chatToolChoice } from '../wires/openai-chat/quirks.ts'
import { contextOf, type QuirkContext } from './context.ts'
import { mapSame, without, withValue } from './same.ts'
import { userId } from './user.ts'

export interface Adapted {
  /** The same object when nothing had to change. */
  readonly body: JsonObject
  /** From the upstream's name to the client's, of tools that go under another name; undefined when none does. */
  readonly names?: ReadonlyMap<string, string>
}

/** Throws ROUTER_BAD_REQUEST, naming the field, for what cannot be made to fit. */
export function applyQuirks(body: JsonObject, wire: Wire, quirks: Quirks): Adapted {
  const context = contextOf(quirks, body)
  let out = topLevel(body, quirks)
  if (wire === 'openai-chat') out = inChat(out, context)
  else if (wire === 'anthropic-messages') out = inMessages(out, context)
  const changed = context.names?.changed
  return changed && changed.size > 0 ? { body: out, names: changed } : { body: out }
}

/** What makes `from` into `to`, by top-level keys. */
export function difference(from: JsonObject, to: JsonObject): BodyEdits {
  const set: Record<string, unknown> = {}
  for (const key in to) if (to[key] !== from[key]) set[key] = to[key]
  return { set, remove: Object.keys(from).filter((key) => !Object.hasOwn(to, key)) }
}

function topLevel(body: JsonObject, { rename, drop, dropEverywhere, noEmptyTools, maxChoices }: Quirks): JsonObject {
  let out = body
  for (const from in rename) {
    if (!Object.hasOwn(out, from)) continue
    const { [from]: value, ...rest } = out
    const to = rename[from]!
    out = Object.hasOwn(rest, to) ? rest : { ...rest, [to]: value }
  }
  for (const key of drop ?? []) out = withValue(out, key, undefined)
  for (const key of dropEverywhere ?? []) out = withValue(out, key, undefined)
  if (noEmptyTools && Array.isArray(out.tools) && out.tools.length === 0) out = without(out, TOOL_KEYS)
  if (maxChoices !== undefined && (numberOf(out.n) ?? 1) > maxChoices) refuse('n', `must not be above ${maxChoices} here`)
  return out
}

/** What makes no sense without tools, and is refused too. */
const TOOL_KEYS: ReadonlySet<string> = new Set(['tools', 'tool_choice', 'parallel_tool_calls'])
const USER_KEYS = ['user', 'safety_identifier']

function inChat(body: JsonObject, context: QuirkContext): JsonObject {
  const { user, maxStops } = context.quirks
  let out = body
  if (user) for (const key of USER_KEYS) if (typeof out[key] === 'string') out = withValue(out, key, userId(out[key], user))
  if (maxStops !== undefined && listOf(out.stop).length > maxStops) refuse('stop', `must not have more than ${maxStops} sequences here`)
  if (Array.isArray(out.tools))
    out = withValue(
      out,
      'tools',
      mapSame(out.tools, (tool) => (isObject(tool) ? chatTool(tool, context) : tool)),
    )
  if (isObject(out.tool_choice)) out = withValue(out, 'tool_choice', chatToolChoice(out.tool_choice, context))
  return Array.isArray(out.messages) ? withValue(out, 'messages', chatMessages(out.messages, context)) : out
}

function inMessages(body: JsonObject, context: QuirkContext): JsonObject {
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
