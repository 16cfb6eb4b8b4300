import type { JsonObject } from '../../../plugins/api.ts'
import { finishText, Meter, objects, text } from '../../read/meter.ts'
import { ToolCalls } from '../../tool-calls/tool-calls.ts'
import { isErrorGiven, isObject, numberOf, objectOf } from '../../untyped.ts'
import { finishReasonOf } from './finish-reason.ts'
import { cohereUsage } from './usage.ts'

/** Reads `cohere-chat`: https://docs.cohere.com/docs/streaming */
export class CohereChatMeter extends Meter {
  readonly #calls: ToolCalls

  constructor(request: JsonObject, answerId: string) {
    super()
    this.#calls = new ToolCalls(request, answerId)
  }

  skim(): boolean {
    return false
  }

  event(name: string | undefined, data: JsonObject): void {
    const message = objectOf(objectOf(data.delta).message)
    switch (text(data.type) ?? name) {
      case 'message-start':
        this.identify(data.id)
        return
      case 'content-start':
      case 'content-delta':
        this.#content(objectOf(message.content))
        return
      case 'tool-plan-delta':
        this.output(message.tool_plan)
        return
      case 'tool-call-start':
        this.#call(numberOf(data.index) ?? 0, objectOf(message.tool_calls))
        return
      case 'tool-call-delta':
        this.#calls.append(numberOf(data.index) ?? 0, argumentsOf(objectOf(message.tool_calls)))
        return
      case 'message-end':
        this.#end(data, objectOf(data.delta))
        return
      default:
        if (isErrorGiven(data.error) || (data.type === undefined && text(data.message) !== undefined))
          this.errorText = JSON.stringify(data)
    }
  }

  whole(body: JsonObject): void {
    if (!isObject(body.message)) {
      if (text(body.message) === undefined && !isErrorGiven(body.error)) this.malformed = 'the answer has no message'
      else this.errorText = JSON.stringify(body)
      return
    }
    this.identify(body.id)
    const { message } = body
    for (const part of objects(message.content)) this.#content(part)
    this.output(message.tool_plan)
    objects(message.tool_calls).forEach((call, index) => {
      this.#call(index, call)
    })
    this.#end(body, body)
  }

  #content(part: JsonObject): void {
    this.output(part.text)
    this.output(part.thinking)
    this.json?.add(text(part.text) ?? '')
  }

  #call(index: number, call: JsonObject): void {
    this.#calls.open(index, text(objectOf(call.function).name) ?? '')
    this.#calls.append(index, argumentsOf(call))
    this.toolCalls = this.#calls.count
    this.started = true
    this.invalidOutput ??= this.#calls.unknown
  }

  /** `answer`: has the reason and the usage. */
  #end(whole: JsonObject, answer: JsonObject): void {
    const reason = finishReasonOf(finishText(answer.finish_reason)) ?? 'stop'
    if (reason === 'error') {
      this.errorText = JSON.stringify(whole)
      return
    }
    const usage = cohereUsage(answer.usage)
    if (usage) this.usage = usage
    if (reason !== 'length' && reason !== 'content_filter') this.invalidOutput ??= this.#calls.problem()
    this.finish(reason)
    this.done()
  }
}

const argumentsOf = (call: JsonObject): string => text(objectOf(call.function).arguments) ?? ''
