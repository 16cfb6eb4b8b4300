/**
 * `chat.completion.chunk`s as the events of a response, in OpenAI's order: created, in_progress, items, completed. The
 * last one waits for the end of the stream, because the usage chunk comes after the finish reason.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { InBandError } from '../../../../routing/codec.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { madeId } from '../../../tool-calls/ids.ts'
import { CallSequence } from '../../../tool-calls/sequence.ts'
import { isErrorGiven, isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, deltaOf, saidAndShown } from '../../openai-chat/spoken.ts'
import { errorCode } from '../failure.ts'
import { annotationFromHub } from './annotations.ts'
import { CallsWriter } from './call-writer.ts'
import { MessageWriter } from './message-writer.ts'
import { ReasoningStream } from './reasoning-writer.ts'
import { callTable, endingOf, lastStatus } from './response-from-hub.ts'
import { type Ending, IN_PROGRESS, responseObject } from './response-object.ts'
import { ResponseWriter } from './response-writer.ts'
import { usageFromHub } from './usage.ts'

export class StreamFromHub implements StreamConverter {
  readonly #context: ConvertContext
  readonly #writer = new ResponseWriter()
  readonly #calls: CallSequence
  readonly #reasoning: ReasoningStream
  #head: JsonObject = {}
  #usage: unknown
  #finishReason: unknown
  /** Text that came while a tool call was unfinished. */
  #lateText = ''
  #started = false
  #ended = false

  constructor(context: ConvertContext) {
    this.#context = context
    const idOf = (prefix: string): string => this.#idOf(prefix)
    this.#calls = new CallSequence(new CallsWriter(this.#writer, context, idOf), callTable(context))
    this.#reasoning = new ReasoningStream(this.#writer, context, idOf)
  }

  event(_name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#ended) return []
    this.#usage = usageIn(data) ?? this.#usage
    if (typeof data.service_tier === 'string') this.#head = { ...this.#head, service_tier: data.service_tier }
    const choice = listOf(data.choices).find((entry) => isObject(entry) && (entry.index ?? 0) === 0)
    if (isErrorGiven(data.error))
      return this.#finish(failedWith(stringOf(objectOf(data.error).message) || 'The answer broke off.'))
    if (isObject(choice)) {
      this.#start(data)
      this.#delta(deltaOf(choice), choice)
      this.#finishReason = choice.finish_reason || this.#finishReason
    }
    return this.#writer.take()
  }

  end(): readonly OutEvent[] {
    return this.#ended ? [] : this.#finish(endingOf(this.#finishReason))
  }

  fail({ status, message }: InBandError): readonly OutEvent[] {
    return this.#ended ? [] : this.#finish(failedWith(message, errorCode(status)))
  }

  #start(chunk: JsonObject): void {
    if (this.#started) return
    this.#started = true
    this.#head = { model: chunk.model, ...this.#head }
    const response = this.#response(IN_PROGRESS, null)
    this.#writer.emit('response.created', { response })
    this.#writer.emit('response.in_progress', { response })
  }

  #finish(ending: Ending): readonly OutEvent[] {
    this.#ended = true
    this.#start({})
    this.#say(this.#lateText)
    this.#calls.finish()
    this.#reasoning.flush()
    // Somebody who reads the output finds a message there.
    if (ending.status !== 'failed' && this.#writer.index === 0 && !this.#writer.open) this.#message()
    this.#writer.close(lastStatus(ending))
    const usage = ending.status === 'failed' && this.#usage === undefined ? null : usageFromHub(this.#usage)
    this.#writer.emit(`response.${ending.status}`, { response: this.#response(ending, usage) })
    return this.#writer.take()
  }

  #response(ending: Ending, usage: JsonObject | null): JsonObject {
    return responseObject(this.#head, this.#context, ending, this.#writer.output, usage)
  }

  #delta(delta: JsonObject, choice: JsonObject): void {
    // Reasoning in the middle of a tool's arguments would end the call; no server is known to send it.
    if (!this.#calls.unfinished) this.#reasoning.add(delta)
    this.#text(saidAndShown(delta), choice)
    const refusal = stringOf(delta.refusal)
    if (refusal !== '' && this.#calls.unfinished) this.#lateText += refusal
    else if (refusal !== '') this.#message().refusal(refusal)
    for (const annotation of objects(delta.annotations).flatMap(annotationFromHub)) this.#message().annotate(annotation)
    const entries = callEntries(delta)
    for (const [i, entry] of entries.entries()) {
      this.#reasoning.call(entry)
      if (!this.#calls.unfinished) this.#reasoning.flush()
      this.#calls.add(entry, entries.length > 1 ? i : undefined)
    }
  }

  #text(text: string, choice: JsonObject): void {
    if (text === '') return
    if (this.#calls.unfinished) this.#lateText += text
    else this.#message().text(text, isObject(choice.logprobs) ? listOf(choice.logprobs.content) : undefined)
  }

  #say(text: string): void {
    if (text !== '') this.#message().text(text)
  }

  #message(): MessageWriter {
    const { open } = this.#writer
    if (open instanceof MessageWriter) return open
    this.#reasoning.flush()
    this.#writer.close()
    return new MessageWriter(this.#writer, this.#idOf('msg'))
  }

  /** The same each time it is made: of the answer's id and the item's place. */
  #idOf(prefix: string): string {
    return madeId(prefix, this.#context.id, this.#writer.index)
  }
}

const failedWith = (message: string, code = 'server_error'): Ending => ({ status: 'failed', error: { code, message } })
