/** `chat.completion.chunk`s, as Anthropic's stream events, as events of ConverseStream. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext, OutEvent, StreamConverter } from '../../../converter.ts'
import { objectOf } from '../../../untyped.ts'
import { messagesConverter } from '../../anthropic-messages/convert/index.ts'
import { stopReasonFromMessages } from './stop-reason.ts'
import { usageFromMessages } from './usage.ts'

export class StreamFromHub implements StreamConverter {
  readonly #messages: StreamConverter

  constructor(context: ConvertContext) {
    this.#messages = messagesConverter.streamFromHub(context)
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    return this.#messages.event(name, data).flatMap(converseEvents)
  }

  end(): readonly OutEvent[] {
    return this.#messages.end().flatMap(converseEvents)
  }
}

function converseEvents({ event, data }: OutEvent): OutEvent[] {
  if (data === '[DONE]') return []
  const contentBlockIndex = data.index
  switch (event) {
    case 'message_start':
      return [{ event: 'messageStart', data: { role: 'assistant' } }]
    case 'content_block_start':
      return blockStart(contentBlockIndex, objectOf(data.content_block))
    case 'content_block_delta':
      return [{ event: 'contentBlockDelta', data: { contentBlockIndex, delta: deltaOf(objectOf(data.delta)) } }]
    case 'content_block_stop':
      return [{ event: 'contentBlockStop', data: { contentBlockIndex } }]
    case 'message_delta':
      return [
        { event: 'messageStop', data: { stopReason: stopReasonFromMessages(objectOf(data.delta).stop_reason) } },
        { event: 'metadata', data: { usage: usageFromMessages(objectOf(data.usage)), metrics: { latencyMs: 0 } } },
      ]
    case 'error':
      return [{ event: 'internalServerException', data: { message: objectOf(data.error).message } }]
    default:
      return []
  }
}

function blockStart(contentBlockIndex: unknown, block: JsonObject): OutEvent[] {
  if (block.type === 'tool_use') {
    const start = { toolUse: { toolUseId: block.id, name: block.name } }
    return [{ event: 'contentBlockStart', data: { contentBlockIndex, start } }]
  }
  if (block.type !== 'redacted_thinking') return []
  const delta = { reasoningContent: { redactedContent: block.data } }
  return [{ event: 'contentBlockDelta', data: { contentBlockIndex, delta } }]
}

function deltaOf(delta: JsonObject): JsonObject {
  switch (delta.type) {
    case 'input_json_delta':
      return { toolUse: { input: delta.partial_json } }
    case 'thinking_delta':
      return { reasoningContent: { text: delta.thinking } }
    case 'signature_delta':
      return { reasoningContent: { signature: delta.signature } }
    default:
      return { text: delta.text }
  }
}
