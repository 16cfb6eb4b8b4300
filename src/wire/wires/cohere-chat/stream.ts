/** Cohere's stream events as `chat.completion.chunk`s. https://docs.cohere.com/docs/streaming */
import type { JsonObject } from '../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../converter.ts'
import { CallIds } from '../../tool-calls/ids.ts'
import { numberOf, objectOf, stringOf } from '../../untyped.ts'
import { citationFields } from './citations.ts'
import { finishReasonOf } from './finish-reason.ts'
import { usageToHub } from './usage.ts'

export class StreamToHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #ids: CallIds
  /** Place among the hub's calls by Cohere's index, and whether arguments came. */
  readonly #calls = new Map<number, { readonly place: number; filled: boolean }>()
  #id: string
  #usage: unknown
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    this.#ids = new CallIds(context.id)
    this.#id = context.id
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    const delta = objectOf(data.delta)
    const message = objectOf(delta.message)
    const index = numberOf(data.index) ?? 0
    switch (stringOf(data.type) || name) {
      case 'message-start':
        this.#id = stringOf(data.id) || this.#id
        return [this.#chunk({ role: 'assistant', content: '' })]
      case 'content-start':
      case 'content-delta':
        return this.#content(objectOf(message.content))
      case 'tool-plan-delta':
        return this.#delta('reasoning', message.tool_plan)
      case 'tool-call-start':
        return this.#open(index, objectOf(message.tool_calls))
      case 'tool-call-delta':
        return this.#fill(index, stringOf(objectOf(objectOf(message.tool_calls).function).arguments))
      case 'tool-call-end':
        return this.#close(index)
      case 'citation-start':
        return [this.#chunk(citationFields([objectOf(message.citations)]))]
      case 'message-end':
        return this.#finish(delta)
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

  #content(part: JsonObject): OutEvent[] {
    return [...this.#delta('reasoning', part.thinking), ...this.#delta('content', part.text)]
  }

  #delta(key: 'reasoning' | 'content', text: unknown): OutEvent[] {
    return stringOf(text) === '' ? [] : [this.#chunk({ [key]: text })]
  }

  #open(index: number, call: JsonObject): OutEvent[] {
    const place = this.#calls.size
    const { name, arguments: given } = objectOf(call.function)
    this.#calls.set(index, { place, filled: stringOf(given) !== '' })
    const target = { name, arguments: stringOf(given) }
    const entry = { index: place, id: this.#ids.of(call.id, place), type: 'function', function: target }
    return [this.#chunk({ tool_calls: [entry] })]
  }

  #fill(index: number, json: string): OutEvent[] {
    const call = this.#calls.get(index)
    if (!call || json === '') return []
    call.filled = true
    return [this.#chunk({ tool_calls: [{ index: call.place, function: { arguments: json } }] })]
  }

  /** OpenAI's clients expect the text of an object. */
  #close(index: number): OutEvent[] {
    return this.#calls.get(index)?.filled === false ? this.#fill(index, '{}') : []
  }

  #finish({ finish_reason, usage }: JsonObject): OutEvent[] {
    this.#usage = usage
    const open = [...this.#calls.keys()].flatMap((index) => this.#close(index))
    const reason = finishReasonOf(finish_reason) ?? 'stop'
    return [...open, this.#chunk({}, { finish_reason: reason, native_finish_reason: finish_reason ?? null })]
  }

  #head(): JsonObject {
    const { created, model } = this.#context
    return { id: this.#id, object: 'chat.completion.chunk', created, model }
  }

  #chunk(delta: JsonObject, choice: JsonObject = {}): OutEvent {
    return { data: { ...this.#head(), choices: [{ index: 0, delta, finish_reason: null, ...choice }] } }
  }
}
