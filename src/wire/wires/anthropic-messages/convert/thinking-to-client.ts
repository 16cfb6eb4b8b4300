/**
 * Reasoning of hub answers as thinking blocks. What Claude signed keeps its signature; everything else gets the
 * router's own (`token.ts`), which says whose it is and carries what has no place in a block: other makers'
 * `reasoning_details`, and the `extra_content` of tool calls. Where there is no text to show, a block of
 * `redacted_thinking` carries it.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { type CallExtra, type Origin, type TextField, tokenOf } from '../../../reasoning/token.ts'
import { isObject, listOf, stringOf } from '../../../untyped.ts'
import { REASONING_KEYS, reasoningText } from '../../openai-chat/spoken.ts'
import { isClaudes } from './reasoning.ts'

/** Reasoning of one message or delta that is plain text, and the field that it stood in. */
export function plainReasoning(message: JsonObject): { text: string; field: TextField } {
  const text = reasoningText(message)
  return { text, field: REASONING_KEYS.find((key) => message[key] === text) ?? 'thinking-parts' }
}

/** The extra of a call, `at` its place among the calls of the answer. */
export function callExtra(call: JsonObject, at: number): CallExtra | undefined {
  return isObject(call.extra_content) ? { id: stringOf(call.id), at, extra: call.extra_content } : undefined
}

/** What Claude can read of a detail: its own signature, or its encrypted block. */
export const signatureOf = (detail: JsonObject): string => (isClaudes(detail) ? stringOf(detail.signature) : '')
export const isClaudesBlock = (detail: JsonObject): boolean =>
  detail.type === 'reasoning.encrypted' && isClaudes(detail) && typeof detail.data === 'string'

/** The text of a detail that may be shown. */
export const shownText = (detail: JsonObject): string =>
  detail.type === 'reasoning.encrypted' ? '' : stringOf(detail.text) || stringOf(detail.summary)

/**
 * Fragments of a stream belong to one detail while index and type stay the same: their texts are joined, other fields
 * are the last one's.
 */
export function addDetail(details: JsonObject[], detail: JsonObject): void {
  const last = details.at(-1)
  if (!last || last.type === 'reasoning.encrypted' || last.index !== detail.index || last.type !== detail.type) {
    details.push({ ...detail })
    return
  }
  for (const key in detail) {
    if (key === 'text' || key === 'summary') last[key] = stringOf(last[key]) + stringOf(detail[key])
    else if (detail[key] !== null && detail[key] !== undefined) last[key] = detail[key]
  }
}

export const makerToken = ({ maker }: ConvertContext, rest: Omit<Origin, 'maker'>): string =>
  tokenOf({ maker, ...rest })

/** The thinking blocks of a whole message. */
export function thinkingOf(message: JsonObject, entries: readonly JsonObject[], context: ConvertContext): JsonObject[] {
  const blocks: JsonObject[] = []
  const details: JsonObject[] = []
  for (const detail of listOf(message.reasoning_details).filter(isObject)) {
    const signature = signatureOf(detail)
    if (isClaudesBlock(detail)) blocks.push({ type: 'redacted_thinking', data: detail.data })
    else if (signature !== '') blocks.push({ type: 'thinking', thinking: shownText(detail), signature })
    else details.push(detail)
  }
  const calls = entries.flatMap((call, at) => callExtra(call, at) ?? [])
  const shown = details.map(shownText).join('')
  // OpenRouter says the same in both.
  const plain = blocks.length === 0 && shown === '' ? plainReasoning(message) : { text: shown, field: undefined }
  if (plain.text === '' && details.length + calls.length === 0) return blocks
  const token = makerToken(context, {
    ...(plain.field && plain.text !== '' ? { field: plain.field } : {}),
    ...(details.length > 0 ? { details } : {}),
    ...(calls.length > 0 ? { calls } : {}),
  })
  const own =
    plain.text === ''
      ? { type: 'redacted_thinking', data: token }
      : { type: 'thinking', thinking: plain.text, signature: token }
  return [...blocks, own]
}
