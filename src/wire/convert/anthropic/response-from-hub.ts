/** A whole `chat.completion` as an Anthropic message. */
import type { JsonObject } from '../../../plugins/api.ts'
import { isObject, listOf, objectOf, parseObject, stringOf } from '../read.ts'
import type { ConvertContext } from '../types.ts'
import { errorFromHub } from './error.ts'
import { thinkingBlocks } from './reasoning.ts'
import { stopReasonOf } from './stop-reason.ts'
import { usageFromHub } from './usage.ts'

export function responseFromHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (body.error !== undefined && body.error !== null) return errorFromHub(body)
  const choice = objectOf(listOf(body.choices)[0])
  const message = objectOf(choice.message)
  const calls = listOf(message.tool_calls).map((call, index) => toolUse(objectOf(call), toolIdOf(objectOf(call).id, context, index)))
  return {
    ...emptyMessage(body, context),
    content: [...thinkingOf(message), ...textBlocks(message), ...calls],
    stop_reason: stopReasonOf(choice.finish_reason, calls.length > 0),
    usage: usageFromHub(body.usage),
  }
}

/** The message of `message_start`: no content yet. */
export const emptyMessage = (body: JsonObject, context: ConvertContext): JsonObject => ({
  id: stringOf(body.id) || context.id,
  type: 'message',
  role: 'assistant',
  model: stringOf(body.model) || context.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: usageFromHub(body.usage),
})

/** Some servers give tool calls no id, and Anthropic's clients need one. */
export const toolIdOf = (id: unknown, context: ConvertContext, index: number): string => stringOf(id) || `toolu_${context.id}_${index}`

/** Text of a string or of a list of parts; Mistral sends its reasoning as parts of type `thinking`, which are not text. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map((part) => (isObject(part) && part.type === 'text' ? stringOf(part.text) : ''))
    .join('')
}

/** Reasoning as plain text: OpenRouter's field, or DeepSeek's and vLLM's. */
export const reasoningText = (message: JsonObject): string => stringOf(message.reasoning) || stringOf(message.reasoning_content)

function thinkingOf(message: JsonObject): JsonObject[] {
  const blocks = thinkingBlocks(message.reasoning_details)
  const text = reasoningText(message)
  return blocks.length > 0 || text === '' ? blocks : [{ type: 'thinking', thinking: text, signature: '' }]
}

function textBlocks(message: JsonObject): JsonObject[] {
  const text = textOf(message.content) + stringOf(message.refusal)
  return text === '' ? [] : [{ type: 'text', text }]
}

function toolUse(call: JsonObject, id: string): JsonObject {
  const target = objectOf(call.function)
  return { type: 'tool_use', id, name: stringOf(target.name), input: parseObject(target.arguments) ?? {} }
}
