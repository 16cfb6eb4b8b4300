/** Ollama's lines as `chat.completion.chunk`s. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../converter.ts'
import { objects } from '../../read/meter.ts'
import { CallIds } from '../../tool-calls/ids.ts'
import { isErrorGiven, objectOf, stringOf } from '../../untyped.ts'
import { finishReason } from './meter.ts'
import { callToHub, errorToHub, logprobsToHub } from './response.ts'
import { usageToHub } from './usage.ts'

export class StreamToHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #ids: CallIds
  #model: string
  #begun = false
  #calls = 0
  #last: JsonObject = {}
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    this.#ids = new CallIds(context.id)
    this.#model = context.model
  }

  event(_name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    if (isErrorGiven(data.error)) {
      this.#ended = true
      return [this.#chunk({ content: '' }, { finish_reason: 'error' }, errorToHub(data))]
    }
    this.#model = stringOf(data.model) || this.#model
    const delta = this.#delta(objectOf(data.message))
    const logprobs = logprobsToHub(data.logprobs)
    const out = delta ? [this.#chunk(delta, logprobs ? { logprobs } : {})] : []
    if (data.done !== true) return out
    this.#last = data
    const finish = finishReason(data.done_reason, this.#calls > 0)
    return [...out, this.#chunk({}, { finish_reason: finish, native_finish_reason: data.done_reason ?? null })]
  }

  end(): readonly OutEvent[] {
    if (this.#ended) return []
    this.#ended = true
    const usage = { ...this.#head(), choices: [], usage: usageToHub(this.#last) }
    return this.#context.includeUsage ? [{ data: usage }, { data: '[DONE]' }] : [{ data: '[DONE]' }]
  }

  /** Undefined when the line says nothing new. */
  #delta(message: JsonObject): JsonObject | undefined {
    const content = stringOf(message.content)
    const thinking = stringOf(message.thinking)
    const calls = objects(message.tool_calls).map((call) => {
      const index = this.#calls++
      return { index, ...callToHub(call, this.#ids, index) }
    })
    const isFirst = !this.#begun
    this.#begun = true
    if (!isFirst && content === '' && thinking === '' && calls.length === 0) return undefined
    return {
      ...(isFirst && { role: 'assistant' }),
      ...((content !== '' || (isFirst && thinking === '' && calls.length === 0)) && { content }),
      ...(thinking !== '' && { reasoning: thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    }
  }

  #head(): JsonObject {
    return { id: this.#context.id, object: 'chat.completion.chunk', created: this.#context.created, model: this.#model }
  }

  #chunk(delta: JsonObject, choice: JsonObject = {}, extra: JsonObject = {}): OutEvent {
    return { data: { ...this.#head(), ...extra, choices: [{ index: 0, delta, finish_reason: null, ...choice }] } }
  }
}
