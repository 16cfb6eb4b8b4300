/** Text and reasoning of a chat message or delta, wherever servers put them. */
import type { JsonObject } from '../../../plugins/api.ts'
import { isObject, listOf, stringOf } from '../../untyped.ts'

/**
 * Where reasoning stands as plain text: OpenRouter and vLLM; DeepSeek and most others; GitHub Copilot; Ollama's own.
 */
export const REASONING_KEYS = ['reasoning', 'reasoning_content', 'reasoning_text', 'thinking'] as const

/** Reasoning as plain text; '' when there is none. Servers that fill two of the fields fill them with the same. */
export function reasoningText(message: JsonObject): string {
  // By index: an iterator gives an object for each.
  for (let at = 0; at < REASONING_KEYS.length; at++) {
    const value = message[REASONING_KEYS[at]!]
    if (typeof value === 'string' && value !== '') return value
  }
  return Array.isArray(message.content) ? message.content.map(thought).join('') : ''
}

/** Text of a string or of a list of parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isObject(part) && part.type === 'text' ? stringOf(part.text) : '')).join('')
}

/**
 * What an answer shows, for wires in which a model says text only: pictures (OpenRouter's `images`) as Markdown, with
 * all of their data, and speech as what it says.
 */
export function saidAndShown(message: JsonObject): string {
  const text = contentText(message.content)
  const { images, audio } = message
  if (!Array.isArray(images) && !isObject(audio)) return text
  const pictures = listOf(images).map((image) => {
    const url = isObject(image) && isObject(image.image_url) ? stringOf(image.image_url.url) : ''
    return url === '' ? '' : `![image](${url})\n`
  })
  return text + pictures.join('') + (isObject(audio) ? stringOf(audio.transcript) : '')
}

/**
 * Mistral: `{type: "thinking", thinking: [{type: "text", text}]}`, https://docs.mistral.ai/capabilities/reasoning;
 * others have a string.
 */
function thought(part: unknown): string {
  if (!isObject(part) || (part.type !== 'thinking' && part.type !== 'reasoning')) return ''
  const { thinking } = part
  if (Array.isArray(thinking))
    return thinking.map((piece) => (isObject(piece) ? stringOf(piece.text) : stringOf(piece))).join('')
  return stringOf(thinking) || stringOf(part.reasoning) || stringOf(part.text)
}

/** What a chunk adds; servers that have no deltas send whole messages in streams. */
export const deltaOf = ({ delta, message }: JsonObject): JsonObject =>
  isObject(delta) ? delta : isObject(message) ? message : NOTHING

const NOTHING: JsonObject = Object.freeze({})

/** `tool_calls`, or the one `function_call` of the old form. */
export function callEntries(message: JsonObject): readonly JsonObject[] {
  const entries = listOf(message.tool_calls).filter(isObject)
  return entries.length === 0 && isObject(message.function_call)
    ? [{ index: 0, function: message.function_call }]
    : entries
}
