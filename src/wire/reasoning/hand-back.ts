/** Reasoning in the history of a chat request, in the one form that its maker takes (`Quirks.reasoning`). */
import type { JsonObject, Quirks } from '../../plugins/api.ts'
import { isObject, listOf, objectOf, stringOf } from '../untyped.ts'
import { REASONING_KEYS } from '../wires/openai-chat/spoken.ts'
import { isToken } from './token.ts'

/**
 * Stands for reasoning that must be there and is not known; DeepSeek and Kimi refuse an empty text (hermes-agent#17341,
 * crush#2696).
 */
const BLANK = ' '
const EVERY_KEY = [...REASONING_KEYS, 'reasoning_details'] as const

/** The same object when nothing has to change. */
export function handBack(message: JsonObject, quirks: Quirks): JsonObject {
  const { reasoning: form } = quirks
  if (form === undefined || message.role !== 'assistant') return message
  const out = inForm(message, quirks)
  return withSignatures(out, quirks.thoughtSignature)
}

function inForm(message: JsonObject, { reasoning: form, reasoningRequired }: Quirks): JsonObject {
  if (form === 'reasoning_details') return withoutSigned(message)
  const calls = listOf(message.tool_calls).length > 0
  const field = form === 'reasoning_content' || form === 'reasoning' ? form : undefined
  const text = field && (plainText(message, field) || (reasoningRequired && calls ? BLANK : ''))
  const others = EVERY_KEY.filter((key) => Object.hasOwn(message, key) && (key !== field || !text))
  const content = form === 'thinking-parts' ? message.content : withoutParts(message.content)
  if (others.length === 0 && content === message.content && (!field || stringOf(message[field]) === text))
    return message
  const out: JsonObject = { ...message, content }
  for (const key of others) delete out[key]
  if (field && text) out[field] = text
  return out
}

/** What carries the router's own signature was made elsewhere: it would have been taken off for its maker. */
function withoutSigned(message: JsonObject): JsonObject {
  const details = listOf(message.reasoning_details)
  const isSigned = (detail: unknown): boolean => isToken(objectOf(detail).data)
  if (!details.some(isSigned)) return message
  // What was shown of it goes with it.
  const { reasoning: _, ...rest } = message
  const formats = new Set(details.filter(isSigned).map((detail) => objectOf(detail).format))
  return { ...rest, reasoning_details: details.filter((detail) => !formats.has(objectOf(detail).format)) }
}

/** Text that no other maker's details stand beside: those say that it is theirs. */
function plainText(message: JsonObject, field: string): string {
  const own = stringOf(message[field])
  if (own !== '' || listOf(message.reasoning_details).some((detail) => typeof objectOf(detail).format === 'string'))
    return own
  for (const key of REASONING_KEYS) if (stringOf(message[key]) !== '') return stringOf(message[key])
  return ''
}

function withoutParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  const isThinking = (part: unknown): boolean => isObject(part) && part.type === 'thinking'
  return content.some(isThinking) ? content.filter((part) => !isThinking(part)) : content
}

/** Google's `extra_content.google.thought_signature` of the first call of a turn; others refuse the field. */
function withSignatures(message: JsonObject, standIn: string | undefined): JsonObject {
  const calls = listOf(message.tool_calls)
  if (calls.length === 0) return message
  const isForeign = calls.some((call) => isToken(signatureOf(call)))
  if (standIn === undefined || isForeign) {
    if (!calls.some((call) => isObject(call) && 'extra_content' in call)) return message
    const bare = { ...message, tool_calls: calls.map((call) => without(objectOf(call))) }
    return isForeign ? withSignatures(bare, standIn) : bare
  }
  if (calls.some(signatureOf)) return message
  const [first, ...rest] = calls
  return {
    ...message,
    tool_calls: [{ ...objectOf(first), extra_content: { google: { thought_signature: standIn } } }, ...rest],
  }
}

const signatureOf = (call: unknown): unknown =>
  objectOf(objectOf(objectOf(call).extra_content).google).thought_signature

function without({ extra_content: _, ...call }: JsonObject): JsonObject {
  return call
}
