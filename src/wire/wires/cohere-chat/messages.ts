/** Hub messages as Cohere's. */
import type { JsonObject } from '../../../plugins/api.ts'
import { toolArguments } from '../../json-text.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { contentText, reasoningText } from '../openai-chat/spoken.ts'

export function messagesFromHub(messages: unknown, model: unknown): JsonObject[] {
  if (!Array.isArray(messages)) return refuse('messages', 'must be a list')
  return messages.map((message, index) => messageFromHub(message, `messages[${index}]`, model))
}

function messageFromHub(message: unknown, field: string, model: unknown): JsonObject {
  if (!isObject(message)) return refuse(field, 'must be an object with a role')
  const at = `${field}.content`
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: contentFromHub(message.content, at) }
    case 'user':
      return { role: 'user', content: contentFromHub(message.content, at) }
    case 'assistant':
      return assistant(message, field, model)
    case 'tool':
      if (typeof message.tool_call_id !== 'string') return refuse(`${field}.tool_call_id`, 'must be a string')
      return { role: 'tool', tool_call_id: message.tool_call_id, content: resultFromHub(message.content, at) }
    default:
      return refuse(`${field}.role`, `"${stringOf(message.role)}" is not known`)
  }
}

/** Only models that reason take their thoughts back as parts; of the others it is the plan before a call. */
function assistant(message: JsonObject, field: string, model: unknown): JsonObject {
  if (isObject(message.audio)) return refuse(`${field}.audio`, 'cannot be sent to a cohere-chat endpoint')
  if (isObject(message.function_call)) return refuse(`${field}.function_call`, 'is the old form; use tool_calls')
  const calls = listOf(message.tool_calls).map((call, index) => callOf(objectOf(call), `${field}.tool_calls[${index}]`))
  const text = contentText(message.content) + stringOf(message.refusal)
  const reasoning = reasoningText(message)
  const parts = /reasoning/.test(stringOf(model)) && reasoning !== '' ? [{ type: 'thinking', thinking: reasoning }] : []
  const plan = parts.length === 0 && calls.length > 0 ? reasoning : ''
  return compact({
    role: 'assistant',
    content: contentOf(parts, text),
    tool_plan: plan || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
  })
}

function contentOf(parts: readonly JsonObject[], text: string): unknown {
  if (parts.length > 0) return text === '' ? parts : [...parts, { type: 'text', text }]
  return text === '' ? undefined : text
}

function callOf(call: JsonObject, field: string): JsonObject {
  const { name, arguments: given } = objectOf(call.function)
  if (typeof name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  return { id: call.id, type: 'function', function: { name, arguments: toolArguments(given) } }
}

function contentFromHub(content: unknown, field: string): unknown {
  if (typeof content === 'string') return content
  if (content === null || content === undefined) return ''
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  return content.map((part, index) => {
    if (isObject(part) && part.type === 'text') return { type: 'text', text: stringOf(part.text) }
    if (isObject(part) && part.type === 'image_url') return imageFromHub(part.image_url, `${field}[${index}].image_url`)
    const type = stringOf(objectOf(part).type)
    return refuse(`${field}[${index}]`, `of type "${type}" cannot be sent to a cohere-chat endpoint`)
  })
}

/** Cohere takes addresses and data, in OpenAI's form. */
function imageFromHub(image: unknown, field: string): JsonObject {
  const { url = image, detail } = objectOf(image)
  if (typeof url !== 'string' || url === '') return refuse(`${field}.url`, 'must be a string')
  return { type: 'image_url', image_url: compact({ url, detail }) }
}

/** Results are text, or Cohere's own documents, which its citations name. */
function resultFromHub(content: unknown, field: string): unknown {
  if (!Array.isArray(content)) return contentFromHub(content, field)
  return content.flatMap((part, index) =>
    isObject(part) && part.type === 'document' ? part : contentFromHub([part], `${field}[${index}]`),
  )
}
