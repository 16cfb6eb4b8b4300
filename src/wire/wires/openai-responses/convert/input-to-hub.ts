/**
 * `instructions` and the items of `input` as hub messages. Neighbouring items of the assistant become one message with
 * its calls; a result stands behind the message whose call it answers, since others refuse it anywhere else.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { isObject, refuse, stringOf } from '../../../untyped.ts'
import { shortContent, toolMessage } from '../../openai-chat/parts.ts'
import { AssistantTurn } from './assistant-turn.ts'
import { callOf, isCall, isResult, resultOf } from './calls-to-hub.ts'
import { partsToHub } from './content-to-hub.ts'

export function messagesToHub(body: JsonObject, options: HubOptions): JsonObject[] {
  const { input } = body
  if (input !== undefined && typeof input !== 'string' && !Array.isArray(input))
    return refuse('input', 'must be a string or a list of items')
  const messages = new Messages(options)
  if (typeof body.instructions === 'string' && body.instructions !== '')
    messages.message('system', [{ type: 'text', text: body.instructions }])
  if (typeof input === 'string') messages.message('user', [{ type: 'text', text: input }])
  else for (const [index, item] of (input ?? []).entries()) messages.item(item, `input[${index}]`)
  const out = messages.end()
  return out.length > 0 ? out : refuse('input', 'must have something to answer')
}

class Messages {
  readonly #options: HubOptions
  readonly #extensions: boolean
  readonly #out: JsonObject[] = []
  #turn: AssistantTurn | undefined
  /** Images and files of results, for the user message after them. */
  #shown: JsonObject[] = []

  constructor(options: HubOptions) {
    this.#options = options
    this.#extensions = options.extensions ?? false
  }

  item(item: unknown, field: string): void {
    if (!isObject(item)) refuse(field, 'must be an object')
    const type = item.type ?? (item.role === undefined ? undefined : 'message')
    if (type === 'message') this.#message(item, field)
    else if (type === 'reasoning') this.#assistant().reason(item)
    else if (isCall(item)) this.#assistant().call(callOf(item))
    else if (isResult(item)) this.#result(item, field)
    else leftOut(type, field)
  }

  message(role: string, parts: readonly JsonObject[]): void {
    this.#endTurn()
    this.#endResults()
    const last = this.#out.at(-1)
    // Templates of open models take one system message, and that first.
    if (role === 'system' && this.#out.length === 1 && last?.role === 'system' && isText(last.content, parts))
      last.content = `${last.content}\n\n${parts.map((part) => stringOf(part.text)).join('\n')}`
    else this.#out.push({ role, content: shortContent(parts, this.#extensions) })
  }

  end(): JsonObject[] {
    this.#endTurn()
    this.#endResults()
    return this.#out
  }

  #message(item: JsonObject, field: string): void {
    const parts = partsToHub(item.content, `${field}.content`, this.#extensions)
    if (item.role === 'assistant') this.#assistant().say(parts)
    else if (item.role === 'user') this.message('user', parts)
    else if (item.role === 'system' || item.role === 'developer') this.message('system', parts)
    else refuse(`${field}.role`, `"${stringOf(item.role)}" is not known`)
  }

  #assistant(): AssistantTurn {
    this.#endResults()
    this.#turn ??= new AssistantTurn(this.#options)
    return this.#turn
  }

  #result(item: JsonObject, field: string): void {
    this.#endTurn()
    const id = stringOf(item.call_id) || stringOf(item.id)
    const parts = partsToHub(resultOf(item), `${field}.output`, this.#extensions)
    const { message, shown } = toolMessage({ id, parts, failed: false }, this.#extensions)
    this.#out.splice(this.#placeOf(id), 0, message)
    this.#shown.push(...shown)
  }

  /** Behind the message with the call, and the results that stand there already. */
  #placeOf(id: string): number {
    const called = this.#out.findLastIndex(
      ({ tool_calls: calls }) => Array.isArray(calls) && calls.some((call: JsonObject) => call.id === id),
    )
    if (called < 0) return this.#out.length
    let at = called + 1
    while (this.#out[at]?.role === 'tool') at++
    return at
  }

  #endTurn(): void {
    const message = this.#turn?.end()
    this.#turn = undefined
    if (message) this.#out.push(message)
  }

  #endResults(): void {
    if (this.#shown.length === 0) return
    this.#out.push({ role: 'user', content: this.#shown })
    this.#shown = []
  }
}

const isText = (content: unknown, parts: readonly JsonObject[]): content is string =>
  typeof content === 'string' && parts.every(({ type }) => type === 'text')

/**
 * What a provider did itself between the lines: the messages around it say what came of it. Tools that items add are
 * offered like the others.
 */
const BETWEEN: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
  'program',
  'program_output',
])

function leftOut(type: unknown, field: string): void {
  if (BETWEEN.has(type)) return
  if (type === 'item_reference' || type === undefined || type === null)
    refuse(field, 'refers to an item that another answer left behind; send the item itself, with store: false')
  if (type === 'compaction') refuse(field, 'can be read only by the provider that made it; send the items themselves')
  refuse(field, `of type "${stringOf(type)}" cannot be sent to an openai-chat endpoint`)
}
