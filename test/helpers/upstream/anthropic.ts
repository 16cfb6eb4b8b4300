import type { Answer, Json, StreamEvent, WireFormat } from './types.ts'

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
} as const

const inputUsage = ({ usage }: Answer): Json => ({
  input_tokens: usage.input - usage.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cached,
})

const messageOf = (answer: Answer, content: Json[], stopReason: string | null, outputTokens: number): Json => ({
  id: answer.id,
  type: 'message',
  role: 'assistant',
  model: answer.model,
  content,
  stop_reason: stopReason,
  stop_sequence: null,
  usage: { ...inputUsage(answer), output_tokens: outputTokens, service_tier: 'standard' },
})

/**
 * Arguments that are not JSON cannot be said in a whole Anthropic message; they come as the raw string, as broken
 * servers send them.
 */
function inputOf(args: string): unknown {
  try {
    return JSON.parse(args)
  } catch {
    return args
  }
}

/** Anthropic's messages. */
export const anthropicMessages: WireFormat = {
  whole: (answer) =>
    messageOf(
      answer,
      [
        ...(answer.reasoning ? [{ type: 'thinking', thinking: answer.reasoning, signature: 'c2lnbmF0dXJl' }] : []),
        ...(answer.text ? [{ type: 'text', text: answer.text }] : []),
        ...answer.toolCalls.map(({ id, name, arguments: args }) => ({
          type: 'tool_use',
          id,
          name,
          input: inputOf(args),
        })),
      ],
      STOP_REASONS[answer.finishReason],
      answer.usage.output,
    ),

  events(answer) {
    const event = (type: string, fields: Json, token = false): StreamEvent => ({
      event: type,
      data: JSON.stringify({ type, ...fields }),
      token,
    })
    const block = (index: number, start: Json, deltas: Json[], opensWithToken = false): StreamEvent[] => [
      event('content_block_start', { index, content_block: start }, opensWithToken),
      ...deltas.map((delta) => event('content_block_delta', { index, delta }, true)),
      event('content_block_stop', { index }),
    ]
    const blocks: [Json, Json[], boolean][] = [
      ...(answer.reasoning ? [thinkingBlock(answer.reasoning)] : []),
      ...(answer.text ? [textBlock(answer.pieces)] : []),
      ...answer.toolCalls.map(toolBlock),
    ]
    return [
      event('message_start', { message: messageOf(answer, [], null, 1) }),
      event('ping', {}),
      ...blocks.flatMap(([start, deltas, opens], index) => block(index, start, deltas, opens)),
      event('message_delta', {
        delta: { stop_reason: STOP_REASONS[answer.finishReason], stop_sequence: null },
        usage: { output_tokens: answer.usage.output },
      }),
      event('message_stop', {}),
    ]
  },
}

const thinkingBlock = (thinking: string): [Json, Json[], boolean] => [
  { type: 'thinking', thinking: '', signature: '' },
  [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature: 'c2lnbmF0dXJl' },
  ],
  false,
]

const textBlock = (pieces: readonly string[]): [Json, Json[], boolean] => [
  { type: 'text', text: '' },
  pieces.map((text) => ({ type: 'text_delta', text })),
  false,
]

function toolBlock({ id, name, arguments: args }: Answer['toolCalls'][number]): [Json, Json[], boolean] {
  const middle = Math.ceil(args.length / 2)
  const deltas = [args.slice(0, middle), args.slice(middle)].map((partial_json) => ({
    type: 'input_json_delta',
    partial_json,
  }))
  return [{ type: 'tool_use', id, name, input: {} }, deltas, true]
}
