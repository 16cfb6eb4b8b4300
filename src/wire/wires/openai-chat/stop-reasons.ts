/**
 * Why an answer stopped, in the words of each server, as OpenAI's `finish_reason`; and that as Anthropic's
 * `stop_reason`.
 */

/**
 * Of servers that speak OpenAI's wire, by the lower-case word. Those that are OpenAI's own, or nobody's, stay as they
 * are.
 */
const CHAT: ReadonlyMap<string, string> = new Map([
  ['function_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  // vLLM and SGLang: the server gave up on the request in mid-answer.
  ['abort', 'length'],
  ['refusal', 'content_filter'],
  // Gemini: https://ai.google.dev/api/generate-content#FinishReason
  ['safety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['prohibited_content', 'content_filter'],
  ['spii', 'content_filter'],
  ['image_safety', 'content_filter'],
  // Z.ai: https://docs.z.ai/api-reference/llm/chat-completion
  ['sensitive', 'content_filter'],
  // The answer broke off: OpenRouter, Z.ai, DeepSeek.
  ['error', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
])

/** `finish_reason` of an OpenAI-compatible server; undefined when there is none, which an empty one is too. */
export function chatFinishReason(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  const word = given.toLowerCase()
  return CHAT.get(word) ?? word
}

/** https://platform.claude.com/docs/en/api/messages: those that are not listed are a plain stop. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
])

/** `stop_reason` of the Messages API. */
export function messagesFinishReason(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  return MESSAGES.get(given) ?? given
}

/**
 * `finish_reason` of any server as `stop_reason`. Some finish a call with `stop`: with calls it is `tool_use`, or
 * nobody would run them.
 */
export function stopReasonOf(given: unknown, hasTools: boolean): string {
  switch (chatFinishReason(given)) {
    case 'length':
      return 'max_tokens'
    case 'content_filter':
      return 'refusal'
    case 'tool_calls':
      return 'tool_use'
    default:
      return hasTools ? 'tool_use' : 'end_turn'
  }
}

/** `stop_reason` as one of OpenAI's. */
export function finishReasonOf(stopReason: unknown): string {
  return (typeof stopReason === 'string' && MESSAGES.get(stopReason)) || 'stop'
}
