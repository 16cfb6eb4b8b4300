import { usageOf } from './openai-chat.ts'
import type { Json, ReceivedRequest, StreamEvent, WireFormat } from './types.ts'

/** Legacy text completions. */
export const openaiCompletions: WireFormat = {
  whole: (answer) => ({
    id: answer.id.replace('chatcmpl', 'cmpl'),
    object: 'text_completion',
    created: answer.created,
    model: answer.model,
    choices: [{ index: 0, text: answer.text, logprobs: null, finish_reason: answer.finishReason }],
    usage: usageOf(answer),
  }),
  events(answer) {
    const event = (text: string, finish: string | null): StreamEvent => ({
      data: JSON.stringify({
        id: answer.id.replace('chatcmpl', 'cmpl'),
        object: 'text_completion',
        created: answer.created,
        model: answer.model,
        choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
      }),
      token: finish === null,
    })
    return [
      ...answer.pieces.map((text) => event(text, null)),
      event('', answer.finishReason),
      { data: '[DONE]', token: false },
    ]
  },
}

/**
 * One vector of `dimensions` (default 8) numbers per input; base64 when asked for, which the `openai` client does by
 * default.
 */
export function embeddingsOf(request: ReceivedRequest): Json {
  const input = request.json.input
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input]
  const dimensions = Number(request.json.dimensions ?? 8)
  const data = inputs.map((_, index) => {
    const vector = Float32Array.from({ length: dimensions }, (_, place) => (index + 1) / (place + 1))
    const embedding =
      request.json.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
    return { object: 'embedding', index, embedding }
  })
  return {
    object: 'list',
    data,
    model: request.model,
    usage: { prompt_tokens: inputs.length * 4, total_tokens: inputs.length * 4 },
  }
}

/** The models list, in Anthropic's shape for Anthropic's header. */
export function modelsFor(request: ReceivedRequest, ids: readonly string[]): Json {
  if (request.headers['anthropic-version'] === undefined) {
    return {
      object: 'list',
      data: ids.map((id) => ({ id, object: 'model', created: 1_790_000_000, owned_by: 'scripted' })),
    }
  }
  const data = ids.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }))
  return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
}
