/** Hub messages as Ollama's: content is text, images stand beside it, the arguments of calls are objects. */
import type { JsonObject } from '../../../plugins/api.ts'
import { toolInputOrWrapped } from '../../json-text.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { reasoningText } from '../openai-chat/spoken.ts'

export function messagesFromHub(messages: unknown): JsonObject[] {
  if (!Array.isArray(messages)) return refuse('messages', 'must be a list')
  /** Of calls so far, by id: results say whose they are by name. */
  const names = new Map<unknown, unknown>()
  return messages.map((message, index) => messageFromHub(message, `messages[${index}]`, names))
}

function messageFromHub(message: unknown, field: string, names: Map<unknown, unknown>): JsonObject {
  if (!isObject(message)) return refuse(field, 'must be an object with a role')
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', ...contentFromHub(message.content, `${field}.content`) }
    case 'user':
      return { role: 'user', ...contentFromHub(message.content, `${field}.content`) }
    case 'assistant':
      return assistant(message, field, names)
    case 'tool':
      return compact({
        role: 'tool',
        ...contentFromHub(message.content, `${field}.content`),
        tool_name: names.get(message.tool_call_id) ?? (stringOf(message.name) || undefined),
        tool_call_id: message.tool_call_id,
      })
    default:
      return refuse(`${field}.role`, `"${stringOf(message.role)}" is not known`)
  }
}

function assistant(message: JsonObject, field: string, names: Map<unknown, unknown>): JsonObject {
  if (isObject(message.audio)) return refuse(`${field}.audio`, 'cannot be sent to an ollama-chat endpoint')
  if (isObject(message.function_call)) return refuse(`${field}.function_call`, 'is the old form; use tool_calls')
  const calls = listOf(message.tool_calls).map((given, index) => {
    const call = objectOf(given)
    const { name, arguments: text } = objectOf(call.function)
    if (typeof name !== 'string') return refuse(`${field}.tool_calls[${index}].function.name`, 'must be a string')
    names.set(call.id, name)
    return compact({ id: call.id, function: { index, name, arguments: toolInputOrWrapped(text) } })
  })
  const content = contentFromHub(message.content, `${field}.content`)
  return compact({
    role: 'assistant',
    ...content,
    content: stringOf(content.content) + stringOf(message.refusal),
    thinking: reasoningText(message) || undefined,
    tool_calls: calls.length > 0 ? calls : undefined,
  })
}

function contentFromHub(content: unknown, field: string): JsonObject {
  if (typeof content === 'string') return { content }
  if (content === null || content === undefined) return { content: '' }
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  const texts: string[] = []
  const images: string[] = []
  for (const [index, part] of content.entries()) {
    const at = `${field}[${index}]`
    if (!isObject(part)) return refuse(at, 'must be an object with a type')
    if (part.type === 'text') texts.push(stringOf(part.text))
    else if (part.type === 'refusal') texts.push(stringOf(part.refusal))
    else if (part.type === 'image_url') images.push(imageData(part.image_url, `${at}.image_url`))
    // Reasoning has a field of its own.
    else if (part.type !== 'thinking')
      return refuse(at, `of type "${stringOf(part.type)}" cannot be sent to an ollama-chat endpoint`)
  }
  return compact({ content: texts.join('\n'), images: images.length > 0 ? images : undefined })
}

/** Ollama takes the bytes of images only, in base64. */
function imageData(image: unknown, field: string): string {
  const url = typeof image === 'string' ? image : stringOf(objectOf(image).url)
  const data = /^data:image\/[^;,]+;base64,(.*)$/s.exec(url)?.[1]
  return data ?? refuse(`${field}.url`, 'must be a data: address with an image in base64 at an ollama-chat endpoint')
}
