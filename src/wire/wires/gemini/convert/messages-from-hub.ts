/**
 * Hub messages as `systemInstruction` and `contents`. System and developer messages are hoisted wherever they stand.
 * The results of a turn's calls are one content, in the order of the calls: Gemini counts them, and matches by name.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { toolInput, toolInputOrWrapped } from '../../../json-text.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { needsSignature, STAND_IN } from '../own-signatures.ts'
import { mediaFromHub } from './media.ts'
import { signatureOfCall, signatureOfText } from './signatures.ts'

interface Content {
  readonly role: 'user' | 'model'
  readonly parts: JsonObject[]
}

export interface Conversation {
  readonly system: JsonObject[]
  readonly contents: Content[]
}

export function conversationFromHub(body: JsonObject, maker: string | undefined): Conversation {
  if (!Array.isArray(body.messages)) return refuse('messages', 'must be a list')
  const reader = new Reader(needsSignature(body.model), maker)
  for (const [index, message] of body.messages.entries()) {
    const field = `messages[${index}]`
    if (!isObject(message)) return refuse(field, 'must be an object with a role')
    reader.add(message, field)
  }
  return reader.end()
}

class Reader {
  readonly #signed: boolean
  readonly #maker: string | undefined
  readonly #system: JsonObject[] = []
  readonly #contents: Content[] = []
  /** Names of the calls by id, and their order. */
  #calls = new Map<string, string>()
  #results: Map<string, JsonObject[]> | undefined

  constructor(signed: boolean, maker: string | undefined) {
    this.#signed = signed
    this.#maker = maker
  }

  add(message: JsonObject, field: string): void {
    const content = `${field}.content`
    if (message.role === 'tool') {
      this.#result(message, field)
      return
    }
    this.#flush()
    if (message.role === 'system' || message.role === 'developer')
      this.#system.push(...partsFromHub(message.content, content))
    else if (message.role === 'user') this.#push('user', partsFromHub(message.content, content))
    else if (message.role === 'assistant') this.#push('model', this.#spoken(message, field))
    else refuse(`${field}.role`, `"${stringOf(message.role)}" is not known`)
  }

  end(): Conversation {
    this.#flush()
    // Gemini wants a user first; OpenAI does not.
    if (this.#contents[0]?.role !== 'user') this.#contents.unshift({ role: 'user', parts: [{ text: '.' }] })
    return { system: this.#system, contents: this.#contents }
  }

  /** Neighbours of one role are one content, but for results, which stay by themselves. */
  #push(role: Content['role'], parts: JsonObject[]): void {
    if (parts.length === 0) return
    const last = this.#contents.at(-1)
    if (last?.role === role && !last.parts.some((part) => part.functionResponse)) last.parts.push(...parts)
    else this.#contents.push({ role, parts })
  }

  #spoken(message: JsonObject, field: string): JsonObject[] {
    if (isObject(message.function_call)) return refuse(`${field}.function_call`, 'is the old form; use tool_calls')
    const parts = partsFromHub(message.content, `${field}.content`)
    if (stringOf(message.refusal) !== '') parts.push({ text: stringOf(message.refusal) })
    const calls = listOf(message.tool_calls).map((call, at) => this.#call(objectOf(call), `${field}.tool_calls[${at}]`))
    const signature = signatureOfText(message, this.#maker)
    const last = parts.at(-1)
    if (signature !== '' && last) parts[parts.length - 1] = { ...last, thoughtSignature: signature }
    // Of calls at once only the first one has to be signed.
    const [first] = calls
    if (this.#signed && first && !calls.some((call) => call.thoughtSignature !== undefined))
      calls[0] = { ...first, thoughtSignature: STAND_IN }
    return [...parts, ...calls]
  }

  #call(call: JsonObject, field: string): JsonObject {
    const { name, arguments: given } = objectOf(call.function)
    if (typeof name !== 'string')
      return refuse(`${field}.function.name`, 'must be a string; custom tools have no form in gemini')
    const id = stringOf(call.id)
    this.#calls.set(id, name)
    const signature = signatureOfCall(call, this.#maker)
    return {
      functionCall: { ...(id !== '' && { id }), name, args: toolInputOrWrapped(given) },
      ...(signature !== '' && { thoughtSignature: signature }),
    }
  }

  #result(message: JsonObject, field: string): void {
    const given = message.tool_call_id
    const id = typeof given === 'string' ? given : refuse(`${field}.tool_call_id`, 'must be a string')
    const name =
      (this.#calls.get(id) ?? stringOf(message.name)) || refuse(`${field}.tool_call_id`, 'is of no call before it')
    const parts = partsFromHub(message.content, `${field}.content`)
    const text = parts.map((part) => stringOf(part.text)).join('')
    const response = message.is_error === true ? { error: text } : (onlyObject(text) ?? { result: text })
    const shown = parts.filter((part) => part.text === undefined)
    this.#results ??= new Map()
    this.#results.set(id, [{ functionResponse: { id, name, response } }, ...shown])
  }

  #flush(): void {
    const results = this.#results
    if (!results) return
    this.#results = undefined
    const order = [...this.#calls.keys()].filter((id) => results.has(id))
    const ids = [...order, ...[...results.keys()].filter((id) => !this.#calls.has(id))]
    const parts = ids.flatMap((id) => results.get(id)!)
    this.#contents.push({ role: 'user', parts: responsesFirst(parts) })
    this.#calls = new Map()
  }
}

const responsesFirst = (parts: readonly JsonObject[]): JsonObject[] => [
  ...parts.filter((part) => part.functionResponse),
  ...parts.filter((part) => !part.functionResponse),
]

/** The object that a result is; it must be one. */
const onlyObject = (text: string): JsonObject | undefined =>
  text.trimStart().startsWith('{') ? toolInput(text) : undefined

/** Empty texts are left out: there is no part without content. */
function partsFromHub(content: unknown, field: string): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  if (content === null || content === undefined) return []
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  return content.flatMap((part, index) => {
    const at = `${field}[${index}]`
    if (!isObject(part)) return refuse(at, 'must be an object with a type')
    if (part.type === 'text') return stringOf(part.text) === '' ? [] : [{ text: part.text }]
    if (part.type === 'refusal') return [{ text: stringOf(part.refusal) }]
    // Mistral's reasoning, and blocks of Claude's: nobody else can be given them.
    if (part.type === 'thinking' || part.type === 'tool_use') return []
    return [mediaFromHub(part, at)]
  })
}
