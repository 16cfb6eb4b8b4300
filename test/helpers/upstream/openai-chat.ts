import type { Answer, Json, ReceivedRequest, StreamEvent, WireFormat } from './types.ts'

export const usageOf = ({ usage }: Answer): Json => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
})

/**
 * OpenAI's chat completions. Usage is streamed only when `stream_options.include_usage` asks for it, as the original
 * does.
 */
export const openaiChat: WireFormat = {
  whole: (answer) => ({
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text || null,
          refusal: null,
          annotations: [],
          ...(answer.reasoning && { reasoning_content: answer.reasoning }),
          ...(answer.toolCalls.length > 0 && {
            tool_calls: answer.toolCalls.map(({ id, name, arguments: args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }),
        },
        logprobs: null,
        finish_reason: answer.finishReason,
      },
    ],
    usage: usageOf(answer),
    service_tier: 'default',
    system_fingerprint: 'fp_scripted',
  }),

  events(answer, request) {
    const withUsage = askedForUsage(request)
    const chunk = (choices: Json[], usage?: Json): string =>
      JSON.stringify({
        id: answer.id,
        object: 'chat.completion.chunk',
        created: answer.created,
        model: answer.model,
        service_tier: 'default',
        system_fingerprint: 'fp_scripted',
        choices,
        ...(withUsage && { usage: usage ?? null }),
      })
    const delta = (delta: Json, token = true, finish: string | null = null): StreamEvent => ({
      data: chunk([{ index: 0, delta, logprobs: null, finish_reason: finish }]),
      token,
    })
    return [
      delta({ role: 'assistant', content: '', refusal: null }, false),
      ...(answer.reasoning ? [delta({ reasoning_content: answer.reasoning })] : []),
      ...answer.pieces.map((content) => delta({ content })),
      ...answer.toolCalls.flatMap((call, index) =>
        toolDeltas(call, index).map((tool) => delta({ tool_calls: [tool] })),
      ),
      delta({}, false, answer.finishReason),
      ...(withUsage ? [{ data: chunk([], usageOf(answer)), token: false }] : []),
      { data: '[DONE]', token: false },
    ]
  },
}

const askedForUsage = (request: ReceivedRequest): boolean =>
  (request.json.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true

/** The name first, then the arguments in two halves, as the original streams them. */
function toolDeltas({ id, name, arguments: args }: Answer['toolCalls'][number], index: number): Json[] {
  const middle = Math.ceil(args.length / 2)
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    { index, function: { arguments: args.slice(0, middle) } },
    { index, function: { arguments: args.slice(middle) } },
  ]
}
