/** Events of a `gemini` stream as `chat.completion.chunk`s. Calls come whole. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { isErrorGiven, isObject, objectOf, stringOf } from '../../../untyped.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import { usageToHub } from '../usage.ts'
import { errorToHub } from './error.ts'
import { audioOf, callOf, imageOf, refusalOf, textIn } from './response-to-hub.ts'
import { signatureDetail, textDetail } from './signatures.ts'

export class StreamToHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #ids: CallIds
  /** Calls by candidate. */
  readonly #calls = new Map<number, number>()
  #id: string
  #model: string
  #usage: JsonObject = {}
  #started = false
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    this.#ids = new CallIds(context.id)
    this.#id = context.id
    this.#model = context.model
  }

  event(_name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    if (isErrorGiven(data.error)) {
      this.#ended = true
      return [this.#chunk(0, { content: '' }, { finish_reason: 'error' }, errorToHub(data))]
    }
    this.#id = this.#started ? this.#id : stringOf(data.responseId) || this.#id
    this.#model = this.#started ? this.#model : stringOf(data.modelVersion) || this.#model
    if (isObject(data.usageMetadata)) this.#usage = data.usageMetadata
    const candidates = objects(data.candidates)
    const out: OutEvent[] = []
    if (candidates.length === 0 && isObject(data.promptFeedback)) {
      this.#start(out)
      out.push(this.#chunk(0, { refusal: refusalOf(data).finishMessage }, { finish_reason: 'content_filter' }))
    }
    for (const candidate of candidates) this.#candidate(candidate, out)
    return out
  }

  end(): readonly OutEvent[] {
    if (this.#ended) return []
    this.#ended = true
    const usage = { ...this.#head(), choices: [], usage: usageToHub(this.#usage) }
    return this.#context.includeUsage ? [{ data: usage }, { data: '[DONE]' }] : [{ data: '[DONE]' }]
  }

  #start(out: OutEvent[]): void {
    if (this.#started) return
    this.#started = true
    out.push(this.#chunk(0, { role: 'assistant', content: '' }))
  }

  #candidate(candidate: JsonObject, out: OutEvent[]): void {
    this.#start(out)
    const index = Number(candidate.index ?? 0)
    for (const part of objects(objectOf(candidate.content).parts)) this.#part(index, part, out)
    const finish = finishReasonOf(candidate.finishReason, (this.#calls.get(index) ?? 0) > 0)
    if (finish === undefined) return
    const message = finish === 'content_filter' ? stringOf(candidate.finishMessage) : ''
    const choice = { finish_reason: finish, native_finish_reason: candidate.finishReason }
    out.push(this.#chunk(index, message === '' ? {} : { refusal: message }, choice))
  }

  #part(index: number, part: JsonObject, out: OutEvent[]): void {
    if (isObject(part.functionCall)) {
      const place = this.#calls.get(index) ?? 0
      this.#calls.set(index, place + 1)
      const id = this.#ids.of(part.functionCall.id, index === 0 ? place : `${index}_${place}`)
      out.push(this.#chunk(index, { tool_calls: [{ index: place, ...callOf(part, id, this.#context.maker) }] }))
      return
    }
    const image = imageOf(part)
    const audio = image ? undefined : audioOf(part, this.#context)
    const text = textIn(part)
    if (image) out.push(this.#chunk(index, { images: [image] }))
    else if (audio) out.push(this.#chunk(index, { audio }))
    else if (text !== '')
      out.push(
        this.#chunk(
          index,
          part.thought === true ? { reasoning: text, reasoning_details: [textDetail(text)] } : { content: text },
        ),
      )
    const signature = stringOf(part.thoughtSignature)
    if (signature !== '')
      out.push(this.#chunk(index, { reasoning_details: [signatureDetail(signature, this.#context.maker)] }))
  }

  #head(): JsonObject {
    return { id: this.#id, object: 'chat.completion.chunk', created: this.#context.created, model: this.#model }
  }

  #chunk(index: number, delta: JsonObject, choice: JsonObject = {}, extra: JsonObject = {}): OutEvent {
    return { data: { ...this.#head(), ...extra, choices: [{ index, delta, finish_reason: null, ...choice }] } }
  }
}
