import type { JsonObject } from '../../../plugins/api.ts'
import type { WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { stringOf } from '../../untyped.ts'

/** A whole message as the events of a stream. */
export function messageEvents(body: JsonObject): WireEvent[] | undefined {
  if (!Array.isArray(body.content)) return undefined
  const { stop_reason, stop_sequence = null, usage, ...message } = body
  const start = { ...message, content: [], stop_reason: null, stop_sequence: null, usage: usage ?? {} }
  const blocks = objects(body.content).flatMap(blockEvents)
  return [
    named({ type: 'message_start', message: start }),
    ...blocks,
    named({ type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: usage ?? {} }),
    named({ type: 'message_stop' }),
  ]
}

function blockEvents(block: JsonObject, index: number): WireEvent[] {
  const [start, ...deltas] = pieces(block)
  return [
    named({ type: 'content_block_start', index, content_block: start! }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
    named({ type: 'content_block_stop', index }),
  ]
}

/** A block as it begins, and what is added to it. */
function pieces(block: JsonObject): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [
        { ...block, text: '' },
        { type: 'text_delta', text: stringOf(block.text) },
      ]
    case 'thinking': {
      const start = { ...block, thinking: '', signature: '' }
      const signature = stringOf(block.signature)
      const thought = { type: 'thinking_delta', thinking: stringOf(block.thinking) }
      return signature === '' ? [start, thought] : [start, thought, { type: 'signature_delta', signature }]
    }
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [
        { ...block, input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(block.input ?? {}) },
      ]
    default:
      return [block]
  }
}

const named = (data: JsonObject): WireEvent => [stringOf(data.type), data]
