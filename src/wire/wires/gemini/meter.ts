import type { JsonObject } from '../../../plugins/api.ts'
import { finishText, Meter, objects, text } from '../../read/meter.ts'
import { ToolCalls } from '../../tool-calls/tool-calls.ts'
import { isErrorGiven, isObject, objectOf } from '../../untyped.ts'
import { finishReasonOf, isBroken } from './finish-reasons.ts'
import { geminiUsage } from './usage.ts'

/**
 * Reads `gemini`: each event of a stream is an answer with what is new; its usage is that of all so far.
 * https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
 */
export class GeminiMeter extends Meter {
  readonly #calls: ToolCalls
  #blocks = 0

  constructor(request: JsonObject, answerId: string) {
    super()
    this.#calls = new ToolCalls(request, answerId)
  }

  /** Every event says what was used up. */
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.#read(data)
  }

  whole(body: JsonObject): void {
    if (!Array.isArray(body.candidates) && !isObject(body.promptFeedback) && !isErrorGiven(body.error)) {
      this.malformed = 'the answer has no candidates'
      return
    }
    this.#read(body)
    // An answer is whole, whether it says why it stopped or not.
    this.finished = true
    this.ended = true
  }

  #read(body: JsonObject): void {
    if (isErrorGiven(body.error)) {
      this.errorText = JSON.stringify(body)
      return
    }
    this.identify(body.responseId)
    const usage = geminiUsage(body.usageMetadata)
    if (usage) this.usage = usage
    const candidates = objects(body.candidates)
    for (const candidate of candidates) {
      for (const part of objects(objectOf(candidate.content).parts)) this.#part(part)
      this.#stop(candidate.finishReason)
    }
    const blocked = text(objectOf(body.promptFeedback).blockReason)
    if (blocked !== undefined && candidates.length === 0) this.finish('content_filter')
    this.settle()
  }

  #part(part: JsonObject): void {
    if (isObject(part.functionCall)) {
      this.#calls.open(this.#blocks++, text(part.functionCall.name) ?? '')
      this.toolCalls = this.#calls.count
      this.started = true
      this.invalidOutput ??= this.#calls.unknown
    } else if (typeof part.text === 'string') {
      this.output(part.text)
      if (part.thought !== true) this.json?.add(part.text)
    } else if (part.inlineData || part.fileData || part.executableCode || part.codeExecutionResult) this.started = true
  }

  #stop(given: unknown): void {
    const reason = finishText(given)
    if (reason !== undefined && isBroken(reason)) {
      this.malformed = `the model broke off with ${reason}`
      return
    }
    const finish = finishReasonOf(reason, this.#calls.count > 0)
    if (finish !== undefined) this.finish(finish)
  }
}
