import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { objectOf, stringOf } from '../../untyped.ts'

interface Block {
  readonly block: JsonObject
  /** The input of a tool as text, which is kept as it is. */
  input: string
}

/** The events of a Messages stream put together. */
export class MessagesFold implements Fold {
  #message: JsonObject = {}
  #usage: JsonObject = {}
  readonly #blocks = new Map<unknown, Block>()

  event(name: string | undefined, data: JsonObject): void {
    const type = stringOf(data.type) || name
    if (type === 'message_start') this.#start(objectOf(data.message))
    else if (type === 'content_block_start')
      this.#blocks.set(data.index, { block: { ...objectOf(data.content_block) }, input: '' })
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
    for (const [index, block] of objects(message.content).entries())
      this.#blocks.set(index, { block: { ...block }, input: '' })
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
    for (const key in usage)
      if (usage[key] !== null && !(key in this.#usage && usage[key] === 0)) this.#usage[key] = usage[key]
  }
}

function textOf({ block, input }: Block): string {
  if (input === '') return JSON.stringify(block)
  const { input: _input, ...rest } = block
  return `${JSON.stringify(rest).slice(0, -1)},"input":${input}}`
}
