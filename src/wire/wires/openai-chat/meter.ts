import type { JsonObject } from '../../../plugins/api.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import { KeyScanner, stringLength } from '../../read/key-scanner.ts'
import { finishText, Meter, objects, text } from '../../read/meter.ts'
import { ToolCalls } from '../../tool-calls/tool-calls.ts'
import { isErrorGiven, isObject, listOf, objectOf } from '../../untyped.ts'
import { chatUsage } from '../../usage/usage.ts'
import { usageIn } from '../../usage/usage-places.ts'
import { contentText, REASONING_KEYS, reasoningText } from './spoken.ts'
import { chatFinishReason } from './stop-reasons.ts'

/** Keys that say something besides output, when they are filled. */
const TELLING = ['finish_reason', 'usage', 'error', 'tool_calls', 'function_call']

/** What to look for while skimming. */
export interface SkimmedKeys {
  /** For the telling keys, then those where output stands. */
  readonly scanner: KeyScanner
  readonly count: number
}

/** The first output key found is counted, since OpenRouter repeats `reasoning` in `reasoning_details`. */
export const keysOf = (outputKeys: readonly string[]): SkimmedKeys => ({
  scanner: new KeyScanner([...TELLING, ...outputKeys]),
  count: TELLING.length + outputKeys.length,
})

const CHAT_KEYS = keysOf(['content', ...REASONING_KEYS, 'refusal'])

/** Reads `openai-chat` and, since it only has `text` where that has a message, `openai-completions`. */
export class OpenaiChatMeter extends Meter {
  readonly #request: JsonObject
  readonly #answerId: string
  /** Made with the first call. */
  #calls: ToolCalls | undefined
  /** Choices that the answer is to have, and the indices of those that are finished. */
  #choices: number
  #closed: Set<unknown> | undefined
  readonly #keys: SkimmedKeys

  constructor(request: JsonObject, answerId: string, keys = CHAT_KEYS) {
    super()
    this.#request = request
    this.#answerId = answerId
    this.#keys = keys
    this.#choices = typeof request.n === 'number' ? request.n : 1
  }

  /** Also the first output, once an event before it has been parsed: then the stream is one of this wire. */
  override get isSkimmable(): boolean {
    return this.started || this.upstreamId !== undefined
  }

  skim({ buffer, dataStart: start, dataEnd: end }: SseEvent): boolean {
    // Anything that does not at least look like an object with output is parsed, and so found out.
    if (buffer[start] !== 0x7b || buffer[end - 1] !== 0x7d) return false
    const { scanner, count } = this.#keys
    scanner.scan(buffer, start, end)
    for (let i = 0; i < TELLING.length; i++) if (scanner.filled(i) >= 0) return false
    for (let i = TELLING.length; i < count; i++) {
      const value = scanner.filled(i)
      if (value < 0) continue
      // A list of parts, which may be text or reasoning.
      if (buffer[value] !== 0x22) return false
      this.outputChars += stringLength(buffer, value, end)
      this.started = true
      return true
    }
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    const choices = objects(data.choices)
    if (isError(data, choices)) {
      this.errorText = JSON.stringify(data)
      return
    }
    this.identify(data.id)
    const usage = chatUsage(usageIn(data), data.service_tier)
    if (usage) this.usage = usage
    this.mended = 'error' in data && data.error !== null && choices.length > 0 ? withoutError(data) : undefined
    // By index, here and below: an iterator gives an object for each.
    for (let at = 0; at < choices.length; at++) this.#choice(data, choices[at]!)
    this.settle()
  }

  whole(body: JsonObject): void {
    if (!Array.isArray(body.choices) && !isError(body, [])) {
      this.malformed = 'the answer has no choices'
      return
    }
    // All there will be, however many were asked for.
    this.#choices = 1
    this.event(undefined, body)
    this.ended = true
  }

  #choice(data: JsonObject, choice: JsonObject): void {
    const key = isObject(choice.delta) ? 'delta' : 'message'
    const delta = objectOf(choice[key])
    const finish = finishText(choice.finish_reason)
    const entries = objects(delta.tool_calls)
    const reason = chatFinishReason(finish)
    const given = entries.length > 0 || isObject(delta.function_call)
    if (given) this.#calls ??= new ToolCalls(this.#request, this.#answerId)
    if (this.#calls) this.#called(this.#calls, data, choice, key, entries, reason)
    if (this.toolCalls > 0) this.started = true
    this.#outputOf(choice, delta)
    if (this.json && !choice.index) this.json.add(contentText(delta.content))
    if (reason !== undefined) this.#close(choice.index, reason)
  }

  #called(
    calls: ToolCalls,
    data: JsonObject,
    choice: JsonObject,
    key: 'delta' | 'message',
    entries: readonly JsonObject[],
    reason: string | undefined,
  ): void {
    const index = typeof choice.index === 'number' ? choice.index : 0
    const { function_call: old } = objectOf(choice[key])
    const mended = key === 'message' ? calls.whole(index, entries) : calls.delta(index, entries, reason !== undefined)
    if (mended) this.mended = withCalls(this.mended ?? data, choice, key, mended)
    // Who gets the old form asked for it.
    else if (entries.length === 0 && isObject(old)) calls.delta(index, [{ index: 0, function: old }], false)
    this.toolCalls = calls.count
    this.invalidOutput ??= calls.unknown
    if (reason !== undefined && reason !== 'length' && reason !== 'content_filter')
      this.invalidOutput ??= calls.problem()
  }

  /** The answer is finished when all its choices are, or by the end marker. */
  #close(index: unknown, reason: string): void {
    this.finishReason = reason
    if (this.#choices > 1) {
      this.#closed ??= new Set()
      if (this.#closed.size < this.#choices) this.#closed.add(index)
      if (this.#closed.size < this.#choices) return
    }
    this.finish(reason)
  }

  /** Speech, and what it says as text; its id alone is nothing yet. */
  #readAudio({ data, transcript }: JsonObject): void {
    this.output(transcript)
    if (text(data) !== undefined) this.started = true
  }

  #outputOf(choice: JsonObject, delta: JsonObject): void {
    this.output(choice.text)
    this.output(contentText(delta.content))
    this.output(delta.refusal)
    this.output(reasoningText(delta))
    // Encrypted reasoning, parts that nobody knows, images and speech have no text, but are output.
    const parts = objects(delta.reasoning_details).length > 0 || objects(delta.images).length > 0
    const unread = Array.isArray(delta.content) && objects(delta.content).some(({ type }) => type !== 'text')
    if (parts || unread) this.started = true
    if (isObject(delta.audio)) this.#readAudio(delta.audio)
    for (let at = 0; at < REASONING_KEYS.length; at++) if (isObject(delta[REASONING_KEYS[at]!])) this.started = true
  }
}

/** Openai's client for JavaScript takes any object there for an error. */
function withoutError({ error: _, ...data }: JsonObject): JsonObject {
  return data
}

/** The same event or answer with other calls in one of its choices, which is there only once. */
function withCalls(
  data: JsonObject,
  choice: JsonObject,
  key: 'delta' | 'message',
  calls: readonly JsonObject[],
): JsonObject {
  const { tool_calls: _, ...rest } = objectOf(choice[key])
  const message = calls.length > 0 ? { ...rest, tool_calls: calls } : rest
  const choices = listOf(data.choices).map((one) => (one === choice ? { ...choice, [key]: message } : one))
  return { ...data, choices }
}

/** `error` in the body or in a choice, a finish reason that means one, or the bare error object of older vLLM. */
function isError(data: JsonObject, choices: readonly JsonObject[]): boolean {
  if (isErrorGiven(data.error) || data.object === 'error') return true
  return choices.some(isFailed)
}

const isFailed = (choice: JsonObject): boolean =>
  isErrorGiven(choice.error) || chatFinishReason(choice.finish_reason) === 'error'
