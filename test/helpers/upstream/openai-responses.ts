import type { Answer, Json, StreamEvent, WireFormat } from './types.ts'

const responseOf = (answer: Answer, status: string, output: Json[]): Json => ({
  id: answer.id.replace('chatcmpl', 'resp'),
  object: 'response',
  created_at: answer.created,
  status,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  model: answer.model,
  output,
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  usage:
    status === 'completed'
      ? {
          input_tokens: answer.usage.input,
          input_tokens_details: { cached_tokens: answer.usage.cached },
          output_tokens: answer.usage.output,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: answer.usage.input + answer.usage.output,
        }
      : null,
})

const messageItem = (status: string, text?: string): Json => ({
  id: 'msg_0',
  type: 'message',
  status,
  role: 'assistant',
  content: text === undefined ? [] : [{ type: 'output_text', text, annotations: [] }],
})

const callItem = (call: Answer['toolCalls'][number], index: number, done: boolean): Json => ({
  id: `fc_${index}`,
  type: 'function_call',
  status: done ? 'completed' : 'in_progress',
  call_id: call.id,
  name: call.name,
  arguments: done ? call.arguments : '',
})

const outputOf = (answer: Answer): Json[] => [
  ...(answer.text ? [messageItem('completed', answer.text)] : []),
  ...answer.toolCalls.map((call, index) => callItem(call, index, true)),
]

/** OpenAI's responses. */
export const openaiResponses: WireFormat = {
  whole: (answer) => responseOf(answer, 'completed', outputOf(answer)),

  events(answer) {
    let sequence = 0
    const event = (type: string, fields: Json, token = false): StreamEvent => ({
      event: type,
      data: JSON.stringify({ type, sequence_number: sequence++, ...fields }),
      token,
    })
    const place = { item_id: 'msg_0', output_index: 0, content_index: 0 }
    const message = (): StreamEvent[] => [
      event('response.output_item.added', { output_index: 0, item: messageItem('in_progress') }),
      event('response.content_part.added', { ...place, part: { type: 'output_text', text: '', annotations: [] } }),
      ...answer.pieces.map((delta) => event('response.output_text.delta', { ...place, delta, logprobs: [] }, true)),
      event('response.output_text.done', { ...place, text: answer.text, logprobs: [] }),
      event('response.content_part.done', {
        ...place,
        part: { type: 'output_text', text: answer.text, annotations: [] },
      }),
      event('response.output_item.done', { output_index: 0, item: messageItem('completed', answer.text) }),
    ]
    const calls = (): StreamEvent[] =>
      answer.toolCalls.flatMap((call, index) => [
        event('response.output_item.added', { output_index: index, item: callItem(call, index, false) }, true),
        event(
          'response.function_call_arguments.delta',
          { item_id: `fc_${index}`, output_index: index, delta: call.arguments },
          true,
        ),
        event('response.function_call_arguments.done', {
          item_id: `fc_${index}`,
          output_index: index,
          arguments: call.arguments,
        }),
        event('response.output_item.done', { output_index: index, item: callItem(call, index, true) }),
      ])
    return [
      event('response.created', { response: responseOf(answer, 'in_progress', []) }),
      event('response.in_progress', { response: responseOf(answer, 'in_progress', []) }),
      ...(answer.text ? message() : []),
      ...calls(),
      event('response.completed', { response: responseOf(answer, 'completed', outputOf(answer)) }),
    ]
  },
}
