import type { JsonObject } from '../../../plugins/api.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import { KeyScanner, stringLength } from '../../read/key-scanner.ts'
import { Meter, objects, text } from '../../read/meter.ts'
import { isJson, toolNames } from '../../tool-calls/offered.ts'
import { isObject } from '../../untyped.ts'
import { responsesUsage } from '../../usage/usage.ts'
import { keptIds } from './kept-ids.ts'
import { sealOf } from './sealed.ts'

const KEYS = new KeyScanner(['delta'])

/** Events that say something besides output; all others are skimmed once output has begun. */
const INFORMATIVE = new Set([
  'error',
  'response.created',
  'response.output_item.added',
  'response.output_item.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
])

/**
 * Deltas of what the model says or thinks. Arguments, code and audio begin with an item, which counts as output itself.
 */
const OUTPUT_DELTAS = new Set([
  'response.output_text.delta',
  'response.refusal.delta',
  'response.reasoning_text.delta',
  'response.reasoning_summary_text.delta',
])

/** Reads `openai-responses`: https://platform.openai.com/docs/api-reference/responses-streaming */
export class OpenaiResponsesMeter extends Meter {
  readonly #request: JsonObject
  /** Names of the tools that it offers, once the first call came; null for none. */
  #known: ReadonlySet<string> | null | undefined
  /** The upstream keeps its answers unless it is asked not to. */
  readonly #isKept: boolean

  constructor(request: JsonObject) {
    super()
    this.#request = request
    // A chat that is translated leaves nothing behind.
    this.#isKept = request.store !== false && request.messages === undefined
  }

  skim(event: SseEvent): boolean {
    const { buffer, dataStart: start, dataEnd: end } = event
    const name = event.event
    if (name === undefined || INFORMATIVE.has(name) || buffer[start] !== 0x7b || buffer[end - 1] !== 0x7d) return false
    if (OUTPUT_DELTAS.has(name)) {
      KEYS.scan(buffer, start, end)
      const value = KEYS.filled(0)
      if (value >= 0) this.outputChars += stringLength(buffer, value, end)
    }
    return true
  }

  event(name: string | undefined, data: JsonObject): void {
    const type = text(data.type) ?? name ?? ''
    if (OUTPUT_DELTAS.has(type)) {
      this.output(data.delta)
      if (this.json && type === 'response.output_text.delta' && typeof data.delta === 'string')
        this.json.add(data.delta)
    } else if (type === 'error' || type === 'response.failed' || (type === '' && data.error))
      this.errorText = JSON.stringify(data)
    else if (type === 'response.created' && isObject(data.response)) {
      this.identify(data.response.id)
      // Of a stream that its client leaves; the items follow with the last event.
      if (this.#isKept && this.upstreamId !== undefined) this.keptIds = [this.upstreamId]
    } else if (type === 'response.output_item.added' && isObject(data.item)) this.#item(data.item, false)
    else if (type === 'response.output_item.done' && isObject(data.item)) this.#item(data.item, true)
    else if (/^response\.(completed|incomplete|cancelled)$/.test(type)) {
      const response = isObject(data.response) ? data.response : {}
      // Some servers tell of items only here.
      if (!this.started) this.#output(response.output)
      this.#finish(response)
    }
  }

  whole(body: JsonObject): void {
    if (body.error || body.status === 'failed') {
      this.errorText = JSON.stringify(body)
      return
    }
    if (!Array.isArray(body.output)) {
      this.malformed = 'the answer has no output'
      return
    }
    this.#output(body.output)
    // A background response is answered before it has run.
    if (body.status === 'queued' || body.status === 'in_progress') this.started = true
    this.#finish(body)
  }

  #output(items: unknown): void {
    for (const item of objects(items)) {
      for (const part of [...objects(item.content), ...objects(item.summary)]) this.output(part.text ?? part.refusal)
      if (item.type !== 'message') this.#item(item, true)
      if (isCall(item)) this.toolCalls++
    }
  }

  #item(item: JsonObject, complete: boolean): void {
    if (item.type === 'message' || (item.type === 'reasoning' && !complete)) return
    if (isCall(item)) {
      const name = text(item.name)
      if (this.#known === undefined) this.#known = toolNames(this.#request) ?? null
      if (name && this.#known && !this.#known.has(name)) {
        this.invalidOutput ??= `it called the tool "${name.slice(0, 100)}", which the request does not offer`
      } else if (
        complete &&
        item.type === 'function_call' &&
        item.status !== 'incomplete' &&
        typeof item.arguments === 'string' &&
        !isJson(item.arguments)
      ) {
        this.invalidOutput ??= `the arguments of its call of "${String(name).slice(0, 100)}" are not valid JSON`
      }
      if (!complete) this.toolCalls++
    }
    this.started = true
  }

  #finish(response: JsonObject): void {
    this.identify(response.id)
    const seals = objects(response.output).flatMap((item) => sealOf(item) ?? [])
    if (this.#isKept || seals.length > 0) this.keptIds = [...(this.#isKept ? keptIds(response) : []), ...seals]
    const usage = responsesUsage(response.usage, response.service_tier)
    if (usage) this.usage = usage
    this.ended = true
    const reason = isObject(response.incomplete_details) ? response.incomplete_details.reason : undefined
    if (response.status === 'incomplete') this.finish(reason === 'content_filter' ? 'content_filter' : 'length')
    else this.finish(this.toolCalls > 0 ? 'tool_calls' : 'stop')
  }
}

/** Of a tool that the client runs, and offered itself. */
const isCall = ({ type }: JsonObject): boolean => type === 'function_call' || type === 'custom_tool_call'
