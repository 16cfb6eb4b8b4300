/** Events of ConverseStream, as the events that they would be at Anthropic, as `chat.completion.chunk`s. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { isObject, listOf, numberOf, objectOf, stringOf } from '../../../untyped.ts'
import { messagesConverter } from '../../anthropic-messages/convert/index.ts'
import { mayBeClaude } from './models.ts'
import { stopReasonToMessages } from './stop-reason.ts'
import { usageToMessages } from './usage.ts'

export class StreamToHub implements StreamConverter {
  readonly #messages: StreamConverter
  readonly #signed: boolean
  /** Blocks of text and reasoning begin without an event that says so. */
  readonly #open = new Set<number>()
  #stopReason: unknown

  constructor(context: ConvertContext) {
    this.#messages = messagesConverter.streamToHub(context)
    this.#signed = mayBeClaude(context.maker)
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    const index = numberOf(data.contentBlockIndex) ?? 0
    switch (name) {
      case 'messageStart':
        return this.#say('message_start', { message: {} })
      case 'contentBlockStart':
        return this.#start(index, objectOf(objectOf(data.start).toolUse))
      case 'contentBlockDelta':
        return this.#delta(index, objectOf(data.delta))
      case 'contentBlockStop':
        return this.#say('content_block_stop', { index })
      case 'messageStop':
        this.#stopReason = data.stopReason
        return this.#say('message_delta', { delta: { stop_reason: stopReasonToMessages(data.stopReason) } }).map(
          (event) => this.#named(event),
        )
      case 'metadata':
        return this.#say('message_delta', { delta: {}, usage: usageToMessages(data) })
      default:
        return []
    }
  }

  end(): readonly OutEvent[] {
    return this.#messages.end()
  }

  #say(type: string, body: JsonObject): readonly OutEvent[] {
    return this.#messages.event(type, { type, ...body })
  }

  #start(index: number, { toolUseId: id, name }: JsonObject): readonly OutEvent[] {
    if (typeof name !== 'string') return []
    this.#open.add(index)
    return this.#say('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } })
  }

  #delta(index: number, delta: JsonObject): readonly OutEvent[] {
    const { text, toolUse, reasoningContent: reasoning } = delta
    if (typeof text === 'string') return this.#more(index, 'text', { type: 'text_delta', text })
    if (isObject(toolUse))
      return this.#say('content_block_delta', {
        index,
        delta: { type: 'input_json_delta', partial_json: stringOf(toolUse.input) },
      })
    if (!isObject(reasoning)) return []
    if (typeof reasoning.text === 'string')
      return this.#more(index, 'thinking', { type: 'thinking_delta', thinking: reasoning.text })
    if (!this.#signed) return []
    if (typeof reasoning.signature === 'string')
      return this.#more(index, 'thinking', { type: 'signature_delta', signature: reasoning.signature })
    const block = { type: 'redacted_thinking', data: reasoning.redactedContent }
    return this.#say('content_block_start', { index, content_block: block })
  }

  #more(index: number, kind: 'text' | 'thinking', delta: JsonObject): readonly OutEvent[] {
    const started = this.#open.has(index)
    this.#open.add(index)
    const start = started ? [] : this.#say('content_block_start', { index, content_block: { type: kind, [kind]: '' } })
    return [...start, ...this.#say('content_block_delta', { index, delta })]
  }

  /** With Converse's own word for why it stopped. */
  #named(event: OutEvent): OutEvent {
    if (event.data === '[DONE]') return event
    const choices = listOf(event.data.choices).map((choice) =>
      objectOf(choice).finish_reason ? { ...objectOf(choice), native_finish_reason: this.#stopReason } : choice,
    )
    return { data: { ...event.data, choices } }
  }
}
