import type { JsonObject } from '../../../plugins/api.ts'
import { finishText, Meter, objects, text } from '../../read/meter.ts'
import { ToolCalls } from '../../tool-calls/tool-calls.ts'
import { isErrorGiven, isObject, objectOf } from '../../untyped.ts'
import { messagesUsage } from '../../usage/usage.ts'
import { messagesFinishReason } from '../openai-chat/stop-reasons.ts'
import { stopReasonToMessages } from './convert/stop-reason.ts'
import { usageToMessages } from './convert/usage.ts'

/** The model's own output could not be read by Bedrock: it is no answer. */
const MALFORMED = /^malformed_/

/** Reads `bedrock-converse`. */
export class BedrockConverseMeter extends Meter {
  readonly #calls: ToolCalls

  constructor(request: JsonObject, answerId: string) {
    super()
    this.#calls = new ToolCalls(request, answerId)
  }

  skim(): boolean {
    return false
  }

  event(name: string | undefined, data: JsonObject): void {
    switch (name) {
      case 'messageStart':
      case 'contentBlockStop':
        return
      case 'contentBlockStart':
        this.#open(Number(data.contentBlockIndex), objectOf(objectOf(data.start).toolUse))
        return
      case 'contentBlockDelta':
        this.#delta(Number(data.contentBlockIndex), objectOf(data.delta))
        return
      case 'messageStop':
        this.#stop(data.stopReason)
        return
      case 'metadata':
        this.#count(data)
        // It comes after the end of the message, and nothing comes after it.
        if (this.finished) this.done()
        return
      default:
        if (name === 'error' || isErrorGiven(data.error)) this.errorText = JSON.stringify(data)
    }
  }

  whole(body: JsonObject): void {
    const { message } = objectOf(body.output)
    if (!isObject(message) || !Array.isArray(message.content)) {
      if (typeof body.message === 'string' || isErrorGiven(body.error)) this.errorText = JSON.stringify(body)
      else this.malformed = 'the answer has no message'
      return
    }
    this.#count(body)
    for (const [index, block] of objects(message.content).entries()) {
      if (isObject(block.toolUse)) this.#open(index, block.toolUse)
      else this.#delta(index, 'citationsContent' in block ? citedText(block.citationsContent) : shown(block))
    }
    this.#stop(body.stopReason)
    this.ended = true
    this.finished = true
  }

  #open(index: number, toolUse: JsonObject): void {
    if (typeof toolUse.name !== 'string') return
    this.#calls.open(index, toolUse.name)
    this.toolCalls = this.#calls.count
    const misshapen =
      toolUse.input === undefined || isObject(toolUse.input) ? undefined : 'the input of its tool call is not an object'
    const problem = this.#calls.unknown ?? misshapen
    this.started = true
    this.invalidOutput ??= problem
  }

  #delta(index: number, delta: JsonObject): void {
    if (typeof delta.text === 'string') {
      this.output(delta.text)
      this.json?.add(delta.text)
    } else if (isObject(delta.toolUse)) this.#calls.append(index, text(delta.toolUse.input) ?? '')
    else if (isObject(delta.reasoningContent)) {
      if (typeof delta.reasoningContent.text === 'string') this.output(delta.reasoningContent.text)
      else this.started = true
    }
  }

  #stop(stopReason: unknown): void {
    const given = finishText(stopReason)
    if (given !== undefined && MALFORMED.test(given)) {
      this.malformed = `the model’s output could not be read (${given})`
      return
    }
    const reason = messagesFinishReason(stopReasonToMessages(given))
    if (reason === undefined) return
    const problem = reason === 'length' || reason === 'content_filter' ? undefined : this.#calls.problem()
    this.invalidOutput ??= problem
    this.finish(reason)
  }

  #count(data: JsonObject): void {
    const usage = messagesUsage(usageToMessages(data))
    if (usage) this.usage = usage
    this.settle()
  }
}

/** A whole block as the delta that would have made it. */
function shown(block: JsonObject): JsonObject {
  const reasoning = objectOf(block.reasoningContent)
  return isObject(reasoning.reasoningText) ? { reasoningContent: { text: reasoning.reasoningText.text } } : block
}

const citedText = (cited: unknown): JsonObject => ({
  text: objects(objectOf(cited).content)
    .map((part) => text(part.text) ?? '')
    .join(''),
})
