/** Why Gemini stopped. Source: https://ai.google.dev/api/generate-content#FinishReason */

const REASONS: ReadonlyMap<string, string> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['MODEL_ARMOR', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['IMAGE_RECITATION', 'content_filter'],
])

/** The model's fault: what it wrote cannot be used, and the answer is empty (hermes-agent#83882). */
const BROKEN: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'MALFORMED_RESPONSE',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MISSING_THOUGHT_SIGNATURE',
])

export const isBroken = (reason: string): boolean => BROKEN.has(reason)

/** `finishReason` as OpenAI's; `hasCalls`: Gemini ends a call with STOP too. Undefined when there is none. */
export function finishReasonOf(given: unknown, hasCalls: boolean): string | undefined {
  if (typeof given !== 'string' || given === '' || given === 'FINISH_REASON_UNSPECIFIED') return undefined
  const reason = REASONS.get(given) ?? 'error'
  return reason === 'stop' && hasCalls ? 'tool_calls' : reason
}

/** OpenAI's as `finishReason`. */
export function geminiReason(given: unknown): string {
  switch (given) {
    case 'length':
      return 'MAX_TOKENS'
    case 'content_filter':
      return 'SAFETY'
    case 'error':
      return 'OTHER'
    default:
      return 'STOP'
  }
}
