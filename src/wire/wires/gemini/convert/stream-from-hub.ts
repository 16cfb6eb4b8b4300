/**
 * `chat.completion.chunk`s as events of a `gemini` stream. Calls go whole, at the end, with the finish reason and the
 * usage, which comes after it in the hub.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { callExtra, KeptOrigin } from '../../../reasoning/details.ts'
import { CallSequence, type CallWriter, type WrittenCall } from '../../../tool-calls/sequence.ts'
import { compact, isErrorGiven, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, contentText, deltaOf } from '../../openai-chat/spoken.ts'
import { chatFinishReason } from '../../openai-chat/stop-reasons.ts'
import { geminiReason } from '../finish-reasons.ts'
import { usageFromHub } from '../usage.ts'
import { errorFromHub } from './error.ts'
import {
  callPart,
  callTable,
  keepThoughts,
  pictures,
  signedParts,
  textParts,
  thoughtParts,
} from './response-from-hub.ts'

/** Keeps calls until they are whole. */
class Calls implements CallWriter {
  readonly #texts = new Map<WrittenCall, string>()
  current: WrittenCall | undefined

  begin(written: WrittenCall): void {
    this.current = written
    this.#texts.set(written, '')
  }

  more(written: WrittenCall, text: string): void {
    this.#texts.set(written, this.#texts.get(written)! + text)
  }

  parts(): JsonObject[] {
    return [...this.#texts].map(([{ call }, text]) =>
      callPart({ id: call.id, function: { name: call.name, arguments: text } }),
    )
  }
}

export class StreamFromHub implements StreamConverter {
  readonly #writer = new Calls()
  readonly #calls: CallSequence
  readonly #kept: KeptOrigin
  #named = 0
  #usage: JsonObject | undefined
  #finishReason: unknown
  #id: string
  #model: string
  #ended = false

  constructor(context: ConvertContext) {
    this.#calls = new CallSequence(this.#writer, callTable(context))
    this.#kept = new KeptOrigin(context)
    this.#id = context.id
    this.#model = context.model
  }

  event(_name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    const choice = listOf(data.choices)
      .map(objectOf)
      .find((entry) => (entry.index ?? 0) === 0)
    this.#usage = usageIn(data) ?? this.#usage
    const finish = chatFinishReason(choice?.finish_reason)
    if (isErrorGiven(data.error) || finish === 'error') {
      this.#ended = true
      return [{ data: errorFromHub(data) }]
    }
    this.#id = stringOf(data.id) || this.#id
    this.#model = stringOf(data.model) || this.#model
    if (!choice) return []
    this.#finishReason = finish ?? this.#finishReason
    const parts = this.#parts(deltaOf(choice))
    return parts.length === 0 ? [] : [this.#event({ content: { role: 'model', parts }, index: 0 })]
  }

  end(): readonly OutEvent[] {
    if (this.#ended) return []
    this.#ended = true
    this.#calls.finish()
    const parts = signedParts(this.#writer.parts(), this.#kept)
    const content = { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] }
    const last = { content, finishReason: geminiReason(this.#finishReason), index: 0 }
    return [this.#event(last, usageFromHub(this.#usage))]
  }

  #parts(delta: JsonObject): JsonObject[] {
    const entries = callEntries(delta)
    for (const [i, entry] of entries.entries()) {
      if (stringOf(objectOf(entry.function).name) !== '') this.#named++
      const extra = callExtra(entry, Math.max(0, this.#named - 1))
      if (extra) this.#kept.extra(extra)
      this.#calls.add(entry, entries.length > 1 ? i : undefined)
    }
    const thought = keepThoughts(delta, this.#kept)
    const text = contentText(delta.content) + stringOf(delta.refusal)
    return [...thoughtParts(thought), ...textParts(text), ...pictures(delta)]
  }

  #event(candidate: JsonObject, usageMetadata?: JsonObject): OutEvent {
    return {
      data: compact({ candidates: [candidate], usageMetadata, modelVersion: this.#model, responseId: this.#id }),
    }
  }
}
