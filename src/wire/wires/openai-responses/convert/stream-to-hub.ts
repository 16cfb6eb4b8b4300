/**
 * The events of a response as `chat.completion.chunk`s. What comes whole only (arguments without deltas happen:
 * litellm#27144), or more of it than was streamed, is sent when the item is done.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { annotationToHub } from './annotations.ts'
import { itemDetail, shownParts, summaryDetail } from './own-reasoning.ts'
import { callToHub, errorToHub, finishReasonOf, imageToHub, isCall } from './response-to-hub.ts'
import { usageToHub } from './usage.ts'

/** An item of the stream. */
interface Item {
  /** Among the calls or the items of reasoning; of no meaning for others. */
  readonly place: number
  /** Characters sent of its text, arguments, input or summary. */
  sentCharacters: number
  custom: boolean
}

export class StreamToHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #ids: CallIds
  readonly #items = new Map<number, Item>()
  #id: string
  #model: string
  #tier: unknown
  #calls = 0
  #reasonings = 0
  #usage: unknown
  #begun = false
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
    const type = data.type ?? name
    switch (type) {
      case 'response.created':
        return this.#begin(objectOf(data.response))
      case 'response.output_item.added':
        return this.#open(data)
      case 'response.output_text.delta':
        return this.#text(data, 'content')
      case 'response.refusal.delta':
        return this.#text(data, 'refusal')
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        return this.#think(this.#itemAt(data, 'reasoning'), stringOf(data.delta))
      case 'response.reasoning_summary_part.added':
        return numberOf(data.summary_index) ? this.#think(this.#itemAt(data, 'reasoning'), '\n\n') : []
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#argue(this.#items.get(indexOf(data)), stringOf(data.delta))
      case 'response.output_text.annotation.added':
        return this.#annotate(objectOf(data.annotation))
      case 'response.output_item.done':
        return this.#close(data)
      case 'response.completed':
      case 'response.incomplete':
        return this.#finish(objectOf(data.response))
      case 'response.failed':
      case 'error':
        this.#ended = true
        return [this.#failed(type === 'error' ? (data.error ?? data) : objectOf(data.response).error)]
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

  #begin(response: JsonObject): OutEvent[] {
    this.#id = stringOf(response.id) || this.#id
    this.#model = stringOf(response.model) || this.#model
    if (this.#begun) return []
    this.#begun = true
    return [this.#chunk({ role: 'assistant', content: '' })]
  }

  #open(data: JsonObject): OutEvent[] {
    const item = objectOf(data.item)
    if (!isCall(item)) {
      this.#itemAt(data, item.type)
      return []
    }
    const known = this.#itemAt(data, item.type)
    const id = this.#ids.of(item.call_id, known.place)
    const call = callToHub({ ...item, arguments: '', input: '' }, id)
    return [this.#chunk({ tool_calls: [{ index: known.place, ...call }] })]
  }

  /** Made when it is met first. */
  #itemAt(data: JsonObject, type: unknown): Item {
    const index = indexOf(data)
    const known = this.#items.get(index)
    if (known) return known
    const custom = type === 'custom_tool_call'
    const place = custom || type === 'function_call' ? this.#calls++ : type === 'reasoning' ? this.#reasonings++ : 0
    const item = { place, sentCharacters: 0, custom }
    this.#items.set(index, item)
    return item
  }

  #text(data: JsonObject, key: 'content' | 'refusal'): OutEvent[] {
    const delta = stringOf(data.delta)
    if (delta === '') return []
    this.#itemAt(data, 'message').sentCharacters += delta.length
    const logprobs = objects(data.logprobs)
    return [
      this.#chunk({ [key]: delta }, logprobs.length > 0 ? { logprobs: { content: logprobs, refusal: null } } : {}),
    ]
  }

  #think(item: Item, text: string): OutEvent[] {
    if (text === '') return []
    item.sentCharacters += text.length
    return [this.#chunk({ reasoning: text, reasoning_details: [summaryDetail(text, item.place)] })]
  }

  #argue(item: Item | undefined, text: string): OutEvent[] {
    if (!item || text === '') return []
    item.sentCharacters += text.length
    const more = item.custom ? { custom: { input: text } } : { function: { arguments: text } }
    return [this.#chunk({ tool_calls: [{ index: item.place, ...more }] })]
  }

  #annotate(annotation: JsonObject): OutEvent[] {
    const annotations = annotationToHub(annotation)
    return annotations.length > 0 ? [this.#chunk({ annotations })] : []
  }

  #close(data: JsonObject): OutEvent[] {
    const item = objectOf(data.item)
    const opened = isCall(item) && !this.#items.has(indexOf(data)) ? this.#open(data) : []
    const known = this.#itemAt(data, item.type)
    return [...opened, ...this.#rest(known, item)]
  }

  #rest(known: Item, item: JsonObject): OutEvent[] {
    if (isCall(item)) return this.#argue(known, stringOf(item.arguments ?? item.input).slice(known.sentCharacters))
    if (item.type === 'reasoning') return this.#reasoned(known, item)
    const images = imageToHub(item)
    if (images.length > 0) return [this.#chunk({ images })]
    if (item.type !== 'message' || known.sentCharacters > 0) return []
    return objects(item.content).flatMap((part) => {
      const isRefusal = part.type === 'refusal'
      const text = stringOf(isRefusal ? part.refusal : part.text)
      return text === '' ? [] : [this.#chunk({ [isRefusal ? 'refusal' : 'content']: text })]
    })
  }

  #reasoned(known: Item, item: JsonObject): OutEvent[] {
    const shown = known.sentCharacters > 0 ? [] : this.#think(known, shownParts(item).join('\n\n'))
    const detail = itemDetail(item, this.#context.maker, known.place)
    return detail ? [...shown, this.#chunk({ reasoning_details: [detail] })] : shown
  }

  #finish(response: JsonObject): OutEvent[] {
    if (this.#finished) return []
    this.#finished = true
    this.#usage = response.usage
    this.#tier = response.service_tier
    const begun = this.#begin(response)
    // Some servers tell of items only here.
    const unseen = objects(response.output).flatMap((item, output_index) =>
      this.#items.has(output_index) ? [] : this.#close({ output_index, item }),
    )
    const choice = {
      finish_reason: finishReasonOf(response, this.#calls > 0),
      native_finish_reason: stringOf(objectOf(response.incomplete_details).reason) || stringOf(response.status) || null,
    }
    return [...begun, ...unseen, this.#chunk({}, choice), ...this.end()]
  }

  #failed(error: unknown): OutEvent {
    const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
    return { data: { ...this.#head(), error: errorToHub(error), choices } }
  }

  #head(): JsonObject {
    return {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#context.created,
      model: this.#model,
      ...(typeof this.#tier === 'string' && { service_tier: this.#tier }),
    }
  }

  #chunk(delta: JsonObject, choice: JsonObject = {}): OutEvent {
    return { data: { ...this.#head(), choices: [{ index: 0, delta, finish_reason: null, ...choice }] } }
  }
}

const indexOf = ({ output_index }: JsonObject): number => numberOf(output_index) ?? 0
