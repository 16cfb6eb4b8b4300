/** `stopReason` of Converse and `stop_reason` of Messages have most of their words in common. */

/** Undefined when there is none. */
export function stopReasonToMessages(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  return given === 'guardrail_intervened' || given === 'content_filtered' ? 'refusal' : given
}

export function stopReasonFromMessages(given: unknown): string {
  if (given === 'refusal') return 'content_filtered'
  return typeof given === 'string' && given !== '' && given !== 'pause_turn' ? given : 'end_turn'
}
