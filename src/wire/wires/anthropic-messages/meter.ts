import type { JsonObject, Usage } from '../../../plugins/api.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import { KeyScanner, stringLength } from '../../read/key-scanner.ts'
import { finishText, Meter, objects, text } from '../../read/meter.ts'
import { ToolCalls } from '../../tool-calls/tool-calls.ts'
import { isErrorGiven, isObject } from '../../untyped.ts'
import { messagesUsage } from '../../usage/usage.ts'
import { addCounts } from '../../usage/usage-places.ts'
import { messagesFinishReason } from '../openai-chat/stop-reasons.ts'

const KEYS = new KeyScanner(['text', 'thinking'])

const TEXT = 0
const THINKING = 1

/** Reads `anthropic-messages`: https://platform.claude.com/docs/en/build-with-claude/streaming */
export class AnthropicMessagesMeter extends Meter {
  readonly #calls: ToolCalls
  /** The upstream keeps the conversation under the answer's id. */
  readonly #isThread: boolean
  /** `message_start` has the input's counts, `message_delta` the output's, and sometimes all of them again. */
  #usage: JsonObject = {}

  constructor(request: JsonObject, answerId: string) {
    super()
    this.#calls = new ToolCalls(request, answerId)
    this.#isThread = isObject(request.thread)
  }

  skim(event: SseEvent): boolean {
    const { buffer, dataStart: start, dataEnd: end } = event
    if (buffer[start] !== 0x7b || buffer[end - 1] !== 0x7d) return false
    const name = event.event
    if (name === 'ping' || name === 'content_block_stop') return true
    if (name !== 'content_block_delta') return false
    KEYS.scan(buffer, start, end)
    const value = Math.max(KEYS.filled(TEXT), KEYS.filled(THINKING))
    if (value < 0) return false
    this.outputChars += stringLength(buffer, value, end)
    return true
  }

  event(name: string | undefined, data: JsonObject): void {
    switch (text(data.type) ?? name) {
      case 'error':
        this.errorText = JSON.stringify(data)
        return
      case 'message_start':
        if (!isObject(data.message)) return
        this.#named(data.message.id)
        this.#count(data.message.usage)
        return
      case 'content_block_start':
        if (isObject(data.content_block)) this.#block(Number(data.index), data.content_block)
        return
      case 'content_block_delta':
        if (isObject(data.delta)) this.#delta(Number(data.index), data.delta)
        return
      case 'message_delta':
        this.#count(data.usage)
        if (isObject(data.delta)) this.#stop(data.delta.stop_reason)
        return
      case 'message_stop':
        this.done()
        return
      default:
        if (isErrorGiven(data.error)) this.errorText = JSON.stringify(data)
    }
  }

  whole(body: JsonObject): void {
    if (body.type === 'error' || (isErrorGiven(body.error) && !Array.isArray(body.content))) {
      this.errorText = JSON.stringify(body)
      return
    }
    if (!Array.isArray(body.content)) {
      this.malformed = 'the answer has no content'
      return
    }
    this.#named(body.id)
    this.#count(body.usage)
    objects(body.content).forEach((block, index) => {
      this.#block(index, block)
    })
    this.#stop(body.stop_reason)
    this.ended = true
    this.finished = true
  }

  #named(id: unknown): void {
    this.identify(id)
    if (this.#isThread && this.upstreamId !== undefined) this.keptIds = [this.upstreamId]
  }

  #block(index: number, block: JsonObject): void {
    if (block.type === 'tool_use') {
      this.#calls.open(index, text(block.name) ?? '')
      this.toolCalls = this.#calls.count
      const misshapen =
        block.input === undefined || isObject(block.input) ? undefined : 'the input of its tool call is not an object'
      const problem = this.#calls.unknown ?? misshapen
      this.started = true
      this.invalidOutput ??= problem
    } else if (block.type === 'text' || block.type === 'thinking') {
      this.output(block.text ?? block.thinking)
      this.json?.add(text(block.text) ?? '')
    } else {
      // Redacted thinking, and tools that Anthropic runs itself.
      this.started = true
    }
  }

  #delta(index: number, delta: JsonObject): void {
    // Input of a tool that Anthropic runs itself is not followed.
    if (delta.type === 'signature_delta') this.started = true
    else if (delta.type !== 'input_json_delta') {
      this.output(delta.text ?? delta.thinking)
      this.json?.add(text(delta.text) ?? '')
    } else this.#calls.append(index, text(delta.partial_json) ?? '')
  }

  #stop(stopReason: unknown): void {
    const reason = messagesFinishReason(finishText(stopReason))
    if (reason === undefined) return
    const problem = reason === 'length' || reason === 'content_filter' ? undefined : this.#calls.problem()
    this.invalidOutput ??= problem
    this.finish(reason)
  }

  #count(usage: unknown): void {
    if (!isObject(usage)) return
    addCounts(this.#usage, usage)
    const counted: Usage | undefined = messagesUsage(this.#usage)
    if (counted) this.usage = counted
    this.settle()
  }
}
