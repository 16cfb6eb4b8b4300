/** `stop_reason` <-> `finish_reason`. Source: Anthropic's Messages reference and OpenAI's chat completion object. */

/** Reasons that are not listed (`end_turn`, `stop_sequence`, `pause_turn`, future ones) are a plain stop. */
export function finishReasonOf(stopReason: unknown): string {
  switch (stopReason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'tool_use':
      return 'tool_calls'
    case 'refusal':
      return 'content_filter'
    default:
      return 'stop'
  }
}

/** Some servers finish a tool call with `stop`; `hasTools` makes it `tool_use` all the same, or the client would not run the tool. */
export function stopReasonOf(finishReason: unknown, hasTools: boolean): string {
  switch (finishReason) {
    case 'length':
      return 'max_tokens'
    case 'content_filter':
      return 'refusal'
    case 'tool_calls':
    case 'function_call':
      return 'tool_use'
    default:
      return hasTools ? 'tool_use' : 'end_turn'
  }
}
