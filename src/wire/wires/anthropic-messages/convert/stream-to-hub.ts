/** Anthropic's stream events as `chat.completion.chunk`s. Source: Anthropic's page on streaming messages. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { addCounts } from '../../../usage/usage-places.ts'
import { finishReasonOf } from '../../openai-chat/stop-reasons.ts'
import { errorToHub } from './error.ts'
import { detailOf, REASONING_FORMAT } from './reasoning.ts'
import { usageToHub } from './usage.ts'

/** A content block of the stream: its place among the tools or the reasoning blocks of the hub. */
interface Block {
  readonly kind: 'tool' | 'reasoning' | 'other'
  readonly position: number
  /** Arguments of a tool were sent. */
  filled: boolean
  /** Arguments of a tool as its block began: they hold unless deltas tell them again. */
  readonly input: string
}

export class StreamToHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #blocks = new Map<number, Block>()
  #id: string
  #model: string
  readonly #ids: CallIds
  #tools = 0
  #reasonings = 0
  #usage: JsonObject = {}
  #finished = false
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    this.#ids = new CallIds(context.id)
    this.#id = context.id
    this.#model = context.model
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    switch (data.type ?? name) {
      case 'message_start':
        return this.#start(objectOf(data.message))
      case 'content_block_start':
        return this.#open(numberOf(data.index) ?? 0, objectOf(data.content_block))
      case 'content_block_delta':
        return this.#delta(this.#blocks.get(numberOf(data.index) ?? 0), objectOf(data.delta))
      case 'content_block_stop':
        return this.#close(this.#blocks.get(numberOf(data.index) ?? 0))
      case 'message_delta':
        return this.#finish(objectOf(data.delta), objectOf(data.usage))
      case 'message_stop':
        return this.end()
      case 'error':
        this.#ended = true
        return [this.#chunk({ content: '' }, { finish_reason: 'error' }, errorToHub(data))]
      default:
        return []
    }
  }

  end(): readonly OutEvent[] {
    if (this.#ended) return []
    this.#ended = true
    const usage = { ...this.#head(), choices: [], usage: usageToHub(this.#usage) }
    return this.#context.includeUsage ? [{ data: usage }, { data: '[DONE]' }] : [{ data: '[DONE]' }]
  }

  #start(message: JsonObject): OutEvent[] {
    this.#id = stringOf(message.id) || this.#id
    this.#model = stringOf(message.model) || this.#model
    addCounts(this.#usage, objectOf(message.usage))
    return [this.#chunk({ role: 'assistant', content: '' })]
  }

  #open(index: number, block: JsonObject): OutEvent[] {
    // Some servers give every block the same index, and no end.
    const before = this.#close(this.#blocks.get(index))
    if (block.type === 'tool_use') {
      const position = this.#tools++
      const id = this.#ids.of(block.id, position)
      // A tool without input has no deltas, where OpenAI's clients expect the text of an object.
      this.#blocks.set(index, { kind: 'tool', position, filled: false, input: JSON.stringify(objectOf(block.input)) })
      const target = { name: block.name, arguments: '' }
      return [...before, this.#chunk({ tool_calls: [{ index: position, id, type: 'function', function: target }] })]
    }
    const detail = detailOf(block, this.#reasonings)
    this.#blocks.set(index, {
      kind: detail ? 'reasoning' : 'other',
      position: this.#reasonings,
      filled: false,
      input: '',
    })
    if (detail) this.#reasonings++
    if (detail?.type === 'reasoning.encrypted') return [this.#chunk({ reasoning_details: [detail] })]
    // Blocks may begin with content, though Anthropic's own begin empty.
    if (detail && (detail.text || detail.signature))
      return [this.#chunk({ reasoning: detail.text, reasoning_details: [detail] })]
    return block.type === 'text' && block.text ? [this.#chunk({ content: block.text })] : []
  }

  #delta(block: Block | undefined, delta: JsonObject): OutEvent[] {
    if (delta.type === 'text_delta') return [this.#chunk({ content: stringOf(delta.text) })]
    if (delta.type === 'input_json_delta' && block?.kind === 'tool')
      return this.#fill(block, stringOf(delta.partial_json))
    if (block?.kind !== 'reasoning') return []
    const detail = { type: 'reasoning.text', format: REASONING_FORMAT, index: block.position }
    if (delta.type === 'thinking_delta') {
      const text = stringOf(delta.thinking)
      return [this.#chunk({ reasoning: text, reasoning_details: [{ ...detail, text }] })]
    }
    return delta.type === 'signature_delta'
      ? [this.#chunk({ reasoning_details: [{ ...detail, signature: delta.signature }] })]
      : []
  }

  #fill(block: Block, json: string): OutEvent[] {
    if (json === '') return []
    block.filled = true
    return [this.#chunk({ tool_calls: [{ index: block.position, function: { arguments: json } }] })]
  }

  #close(block: Block | undefined): OutEvent[] {
    return block?.kind === 'tool' && !block.filled ? this.#fill(block, block.input) : []
  }

  #finish(delta: JsonObject, usage: JsonObject): OutEvent[] {
    addCounts(this.#usage, usage)
    if (this.#finished || typeof delta.stop_reason !== 'string') return []
    this.#finished = true
    const explanation = delta.stop_reason === 'refusal' ? objectOf(delta.stop_details).explanation : undefined
    const choice = { finish_reason: finishReasonOf(delta.stop_reason), native_finish_reason: delta.stop_reason }
    // Some servers forget to end their blocks.
    const open = [...this.#blocks.values()].flatMap((block) => this.#close(block))
    return [...open, this.#chunk(typeof explanation === 'string' ? { refusal: explanation } : {}, choice)]
  }

  #head(): JsonObject {
    return { id: this.#id, object: 'chat.completion.chunk', created: this.#context.created, model: this.#model }
  }

  #chunk(delta: JsonObject, choice: JsonObject = {}, extra: JsonObject = {}): OutEvent {
    return { data: { ...this.#head(), ...extra, choices: [{ index: 0, delta, finish_reason: null, ...choice }] } }
  }
}
