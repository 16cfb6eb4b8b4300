/**
 * `chat.completion.chunk`s as Anthropic's stream events, in the documented order: message_start, blocks, message_delta,
 * message_stop. The last two wait for the end of the stream, because the usage chunk comes after the finish reason.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { CallSequence } from '../../../tool-calls/sequence.ts'
import { isErrorGiven, isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, deltaOf, saidAndShown } from '../../openai-chat/spoken.ts'
import { chatFinishReason, stopReasonOf } from '../../openai-chat/stop-reasons.ts'
import { anthropicEvent, BlockWriter } from './block-writer.ts'
import { errorFromHub } from './error.ts'
import { callTable, emptyMessage } from './response-from-hub.ts'
import { ThinkingStream } from './thinking-stream.ts'
import { usageFromHub } from './usage.ts'

export class StreamFromHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #writer = new BlockWriter()
  readonly #tools: CallSequence
  readonly #thinking: ThinkingStream
  #usage: unknown
  #finishReason: unknown
  /** Text that came while a tool call was unfinished. */
  #lateText = ''
  #started = false
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    this.#tools = new CallSequence(this.#writer, callTable(context))
    this.#thinking = new ThinkingStream(this.#writer, context)
  }

  event(_name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    const choice = listOf(data.choices).find((entry) => isObject(entry) && (entry.index ?? 0) === 0)
    this.#usage = usageIn(data) ?? this.#usage
    if (isErrorGiven(data.error) || chatFinishReason(objectOf(choice).finish_reason) === 'error')
      return this.#fail(data)
    if (isObject(choice)) {
      this.#start(data)
      this.#delta(deltaOf(choice))
      this.#finishReason = choice.finish_reason || this.#finishReason
    }
    return this.#writer.take()
  }

  end(): readonly OutEvent[] {
    if (this.#ended) return []
    this.#ended = true
    this.#start({})
    if (this.#lateText !== '') {
      this.#writer.open('text', { type: 'text', text: '' })
      this.#writer.delta({ type: 'text_delta', text: this.#lateText })
    }
    this.#tools.finish()
    this.#thinking.flush()
    this.#writer.close()
    const delta = { stop_reason: stopReasonOf(this.#finishReason, this.#tools.count > 0), stop_sequence: null }
    this.#writer.emit(anthropicEvent('message_delta', { delta, usage: usageFromHub(this.#usage) }))
    this.#writer.emit(anthropicEvent('message_stop'))
    return this.#writer.take()
  }

  #start(chunk: JsonObject): void {
    if (this.#started) return
    this.#started = true
    this.#writer.emit(anthropicEvent('message_start', { message: emptyMessage(chunk, this.#context) }))
  }

  #fail(chunk: JsonObject): readonly OutEvent[] {
    this.#ended = true
    return [{ event: 'error', data: errorFromHub(chunk) }]
  }

  #delta(delta: JsonObject): void {
    // Reasoning in the middle of a tool's arguments would end the tool; no server is known to send it.
    if (!this.#tools.unfinished) this.#thinking.add(delta)
    this.#text(saidAndShown(delta) + stringOf(delta.refusal))
    const entries = callEntries(delta)
    for (const [i, entry] of entries.entries()) {
      this.#thinking.call(entry)
      if (!this.#tools.unfinished) this.#thinking.flush()
      this.#tools.add(entry, entries.length > 1 ? i : undefined)
    }
  }

  #text(text: string): void {
    if (text === '') return
    if (this.#tools.unfinished) {
      this.#lateText += text
      return
    }
    this.#writer.open('text', { type: 'text', text: '' })
    this.#writer.delta({ type: 'text_delta', text })
  }
}
