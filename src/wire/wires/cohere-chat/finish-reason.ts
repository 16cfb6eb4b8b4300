/** https://docs.cohere.com/reference/chat: `finish_reason`, and those of the first version that are still seen. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['ERROR_LIMIT', 'length'],
  ['TOOL_CALL', 'tool_calls'],
  ['ERROR_TOXIC', 'content_filter'],
  // The answer broke off, under status 200.
  ['ERROR', 'error'],
  ['TIMEOUT', 'error'],
])

/** As OpenAI's; undefined when there is none. */
export function finishReasonOf(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  return REASONS.get(given) ?? given.toLowerCase()
}
