/** `systemInstruction` and `contents` as hub messages: each response of a function becomes a tool message. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { toolArguments } from '../../../json-text.ts'
import { objects } from '../../../read/meter.ts'
import { GivenReasoning } from '../../../reasoning/given.ts'
import { isObject, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { unsealed } from '../own-signatures.ts'
import { mediaToHub } from './media.ts'

export function messagesToHub(body: JsonObject, options: HubOptions): JsonObject[] {
  const contents = typeof body.contents === 'string' ? [{ parts: [{ text: body.contents }] }] : body.contents
  const reader = new Reader(options)
  const list = Array.isArray(contents) ? contents : [contents]
  const system = textOf(body.systemInstruction)
  const messages = list.flatMap((content, at) => reader.messages(objectOf(content), `contents[${at}]`))
  return system === '' ? messages : [{ role: 'system', content: system }, ...messages]
}

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : objects(objectOf(content).parts)
        .map((part) => stringOf(part.text))
        .join('\n')

interface OpenCall {
  readonly id: string
  readonly name: string
  readonly given: string
}

class Reader {
  readonly #options: HubOptions
  /** Calls that have no result yet. */
  #open: OpenCall[] = []
  #made = 0

  constructor(options: HubOptions) {
    this.#options = options
  }

  messages({ role, parts }: JsonObject, field: string): JsonObject[] {
    if (!Array.isArray(parts)) return refuse(`${field}.parts`, 'must be a list')
    if (role === 'model') return this.#assistant(objects(parts), `${field}.parts`)
    const results: JsonObject[] = []
    const rest: JsonObject[] = []
    for (const [at, part] of objects(parts).entries()) {
      if (isObject(part.functionResponse)) {
        results.push(this.#result(part.functionResponse))
        for (const shown of objects(part.functionResponse.parts)) rest.push(mediaToHub(shown, `${field}.parts[${at}]`))
      } else rest.push(partToHub(part, `${field}.parts[${at}]`))
    }
    return rest.length > 0 ? [...results, { role: 'user', content: short(rest) }] : results
  }

  #assistant(parts: readonly JsonObject[], field: string): JsonObject[] {
    const texts: JsonObject[] = []
    const calls: JsonObject[] = []
    const tokens: string[] = []
    let thought = ''
    for (const [at, part] of parts.entries()) {
      const token = unsealed(part.thoughtSignature)
      if (token !== undefined) tokens.push(token)
      if (part.thought === true) thought += stringOf(part.text)
      else if (isObject(part.functionCall)) calls.push(this.#call(part.functionCall))
      else if (part.text !== '') texts.push(partToHub(part, `${field}[${at}]`))
    }
    const reasoning = new GivenReasoning(this.#options)
    for (const token of tokens) reasoning.signed(thought, token)
    if (texts.length === 0 && calls.length === 0 && !reasoning.speaks) return []
    const content = reasoning.content(texts) ?? short(texts)
    return [
      {
        role: 'assistant',
        content: content.length === 0 ? null : content,
        ...reasoning.fields(),
        ...(calls.length > 0 && { tool_calls: reasoning.calls(calls) }),
      },
    ]
  }

  #call({ id: given, name, args }: JsonObject): JsonObject {
    const id = stringOf(given) || `call_${this.#made++}`
    this.#open.push({ id, name: stringOf(name), given: stringOf(given) })
    return { id, type: 'function', function: { name, arguments: toolArguments(args) } }
  }

  /** By its id, else the next call of its name, else the next one. */
  #result({ id, name, response }: JsonObject): JsonObject {
    const given = stringOf(id)
    const byId = given === '' ? -1 : this.#open.findIndex((call) => call.given === given)
    const byName = this.#open.findIndex((call) => call.name === name)
    const at = byId >= 0 ? byId : byName >= 0 ? byName : 0
    const call = this.#open[at]
    this.#open = this.#open.filter((each) => each !== call)
    return { role: 'tool', tool_call_id: call?.id ?? (given || `call_${this.#made++}`), content: resultText(response) }
  }
}

/** A result that is only wrapped, because it must be an object, is unwrapped: SDKs call it `result` or `output`. */
function resultText(response: unknown): string {
  const object = objectOf(response)
  const keys = Object.keys(object)
  const only = keys.length === 1 && (keys[0] === 'result' || keys[0] === 'output') ? object[keys[0]] : undefined
  if (typeof only === 'string') return only
  return JSON.stringify(only ?? object)
}

function partToHub(part: JsonObject, field: string): JsonObject {
  if (typeof part.text === 'string') return { type: 'text', text: part.text }
  if (isObject(part.executableCode)) return { type: 'text', text: fenced(stringOf(part.executableCode.code)) }
  if (isObject(part.codeExecutionResult))
    return { type: 'text', text: fenced(stringOf(part.codeExecutionResult.output)) }
  if (part.inlineData || part.fileData) return mediaToHub(part, field)
  return refuse(field, 'has no form at other endpoints')
}

const fenced = (code: string): string => `\`\`\`\n${code}\n\`\`\``

/** One string where there are only texts. */
const short = (parts: readonly JsonObject[]): string | readonly JsonObject[] =>
  parts.every((part) => part.type === 'text') ? parts.map((part) => stringOf(part.text)).join('') : parts
