/** The events of a stream as a whole answer in the same wire, for a client that asked for a whole one of an upstream that streams all the same. */
import type { JsonObject, Wire } from '../../plugins/api.ts'
import { SseParser } from '../framing/sse.ts'
import { objects } from '../read/meter.ts'
import { isDone } from '../read/tap.ts'
import { parseObject, withoutNaN } from '../read/tolerant-json.ts'
import { objectOf, stringOf } from '../untyped.ts'
import { ChatAnswer } from '../wires/openai-chat/fold.ts'

/** Takes one event after the other. */
interface Fold {
  event(name: string | undefined, data: JsonObject): void
  /** The answer as JSON; undefined when the stream was cut. */
  end(done: boolean): string | undefined
}

const FOLD: ReadonlyMap<Wire, () => Fold> = new Map<Wire, () => Fold>([
  ['openai-chat', () => new ChatAnswer('chat.completion')],
  ['openai-completions', () => new ChatAnswer('text_completion')],
  ['openai-responses', () => new ResponsesFold()],
  ['anthropic-messages', () => new MessagesFold()],
])

const FIELD = /^\s*(data|event|id|retry)?:/

/** True when the bytes begin as a stream does, which JSON never does. */
export const beginsAsStream = (bytes: Buffer): boolean => FIELD.test(bytes.toString('latin1', bytes[0] === 0xef ? 3 : 0, 200))

/** The answer, or the error that it ended with, as JSON. Undefined when the stream was cut, or cannot be read. */
export function wholeOf(wire: Wire, bytes: Buffer): Buffer | undefined {
  const fold = FOLD.get(wire)?.()
  if (!fold) return undefined
  const parser = new SseParser()
  const events = parser.push(bytes)
  const rest = parser.end()
  if (rest) events.push(rest)
  let done = false
  for (const event of events) {
    if (!event.data) continue
    done ||= isDone(event)
    if (isDone(event)) continue
    const data = parseObject(event.data) ?? parseObject(withoutNaN(event.data) ?? '')
    if (!data) return undefined
    if (data.error || data.type === 'error') return Buffer.from(JSON.stringify(data))
    fold.event(event.event, data)
  }
  const text = fold.end(done)
  return text === undefined ? undefined : Buffer.from(text)
}

/** The last event holds the whole answer. */
class ResponsesFold implements Fold {
  #response: JsonObject | undefined

  event(name: string | undefined, data: JsonObject): void {
    if (/^response\.(completed|incomplete|failed|cancelled)$/.test(stringOf(data.type) || (name ?? '')))
      this.#response = objectOf(data.response)
  }

  end(): string | undefined {
    return this.#response && JSON.stringify(this.#response)
  }
}

interface Block {
  readonly block: JsonObject
  /** The input of a tool as text, which is kept as it is. */
  input: string
}

class MessagesFold implements Fold {
  #message: JsonObject = {}
  #usage: JsonObject = {}
  readonly #blocks = new Map<unknown, Block>()

  event(name: string | undefined, data: JsonObject): void {
    const type = stringOf(data.type) || name
    if (type === 'message_start') this.#start(objectOf(data.message))
    else if (type === 'content_block_start') this.#blocks.set(data.index, { block: { ...objectOf(data.content_block) }, input: '' })
    else if (type === 'content_block_delta') this.#add(this.#blocks.get(data.index), objectOf(data.delta))
    else if (type === 'message_delta') this.#stop(objectOf(data.delta), objectOf(data.usage))
  }

  end(): string | undefined {
    if (typeof this.#message.stop_reason !== 'string') return undefined
    const { content: _content, ...message } = this.#message
    const content = [...this.#blocks.values()].map(textOf).join(',')
    return `${JSON.stringify({ ...message, usage: this.#usage }).slice(0, -1)},"content":[${content}]}`
  }

  #start(message: JsonObject): void {
    this.#message = { ...message }
    for (const [index, block] of objects(message.content).entries()) this.#blocks.set(index, { block: { ...block }, input: '' })
    this.#count(objectOf(message.usage))
  }

  #add(open: Block | undefined, delta: JsonObject): void {
    if (!open) return
    const { block } = open
    if (delta.type === 'input_json_delta') open.input += stringOf(delta.partial_json)
    else if (delta.type === 'citations_delta') block.citations = [...objects(block.citations), delta.citation]
    else
      for (const key of ['text', 'thinking', 'signature'])
        if (typeof delta[key] === 'string') block[key] = stringOf(block[key]) + delta[key]
  }

  #stop(delta: JsonObject, usage: JsonObject): void {
    for (const key in delta) if (delta[key] !== null) this.#message[key] = delta[key]
    this.#count(usage)
  }

  #count(usage: JsonObject): void {
    for (const key in usage) if (usage[key] !== null && !(key in this.#usage && usage[key] === 0)) this.#usage[key] = usage[key]
  }
}

function textOf({ block, input }: Block): string {
  if (input === '') return JSON.stringify(block)
  const { input: _input, ...rest } = block
  return `${JSON.stringify(rest).slice(0, -1)},"input":${input}}`
}
