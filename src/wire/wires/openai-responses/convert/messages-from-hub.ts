/**
 * Hub messages as `instructions` and items. The system message that a conversation begins with becomes the
 * instructions; an assistant's message becomes its reasoning, what it said, and its calls.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { toolArguments } from '../../../json-text.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { contentText } from '../../openai-chat/spoken.ts'
import { contentFromHub, partsFromHub } from './content-from-hub.ts'
import { ownItems } from './own-reasoning.ts'

export interface Conversation {
  readonly instructions?: string
  readonly input: readonly JsonObject[]
}

/** `maker`: whose reasoning is given back. */
export function conversationFromHub(messages: unknown, maker: string | undefined): Conversation {
  if (!Array.isArray(messages)) return refuse('messages', 'must be a list')
  const first = objectOf(messages[0])
  // Alone it would be a request without input.
  const instructed = isRule(first) && messages.length > 1
  const items = new Items(maker)
  for (let index = instructed ? 1 : 0; index < messages.length; index++)
    items.add(messages[index], `messages[${index}]`)
  return { ...(instructed && { instructions: contentText(first.content) }), input: items.out }
}

const isRule = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer'

class Items {
  readonly out: JsonObject[] = []
  readonly #maker: string | undefined
  /** Ids of calls of custom tools. */
  readonly #custom = new Set<unknown>()

  constructor(maker: string | undefined) {
    this.#maker = maker
  }

  add(message: unknown, field: string): void {
    if (!isObject(message)) return void refuse(field, 'must be an object with a role')
    const { role } = message
    if (role === 'user' || isRule(message))
      this.out.push({ type: 'message', role, content: contentFromHub(message.content, `${field}.content`) })
    else if (role === 'assistant') this.#assistant(message, field)
    else if (role === 'tool') this.#result(message, field)
    else refuse(`${field}.role`, `"${stringOf(role)}" is not known`)
  }

  #assistant(message: JsonObject, field: string): void {
    if (isObject(message.audio)) refuse(`${field}.audio`, 'cannot be sent to an openai-responses endpoint')
    if (isObject(message.function_call)) refuse(`${field}.function_call`, 'is the old form; use tool_calls')
    const spoken = outputParts(message)
    const calls = listOf(message.tool_calls).map((call, at) => this.#call(objectOf(call), `${field}.tool_calls[${at}]`))
    // Reasoning without what follows it is refused.
    if (spoken.length + calls.length > 0) this.out.push(...ownItems(message, this.#maker))
    if (spoken.length > 0) this.out.push({ type: 'message', role: 'assistant', content: spoken })
    this.out.push(...calls)
  }

  #call(call: JsonObject, field: string): JsonObject {
    const call_id = stringOf(call.id)
    if (isObject(call.custom)) {
      this.#custom.add(call_id)
      return { type: 'custom_tool_call', call_id, name: call.custom.name, input: stringOf(call.custom.input) }
    }
    const { name, arguments: given } = objectOf(call.function)
    if (typeof name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
    return { type: 'function_call', call_id, name, arguments: toolArguments(given) }
  }

  #result(message: JsonObject, field: string): void {
    const { tool_call_id: call_id, content } = message
    if (typeof call_id !== 'string') refuse(`${field}.tool_call_id`, 'must be a string')
    const plain = typeof content === 'string' || content === null || content === undefined
    // There is no field for a failed tool, so the text says it.
    const failed = message.is_error === true ? 'Error:\n' : ''
    const parts = plain ? [] : partsFromHub(content, `${field}.content`)
    const withFailure = failed === '' ? parts : [{ type: 'input_text', text: failed.trim() }, ...parts]
    const output = plain ? failed + stringOf(content) : withFailure
    const type = this.#custom.has(call_id) ? 'custom_tool_call_output' : 'function_call_output'
    this.out.push({ type, call_id, output })
  }
}

function outputParts({ content, refusal }: JsonObject): JsonObject[] {
  const text = contentText(content)
  const refused =
    stringOf(refusal) ||
    listOf(content)
      .map((part) => stringOf(objectOf(part).refusal))
      .join('')
  return [
    ...(text === '' ? [] : [{ type: 'output_text', text, annotations: [] }]),
    ...(refused === '' ? [] : [{ type: 'refusal', refusal: refused }]),
  ]
}
