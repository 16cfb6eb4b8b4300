/**
 * Reasoning of hub answers as thinking blocks. What Claude signed keeps its signature; everything else gets the
 * router's own (`token.ts`), which says whose it is and carries what has no place in a block: other makers'
 * `reasoning_details`, and the `extra_content` of tool calls. Where there is no text to show, a block of
 * `redacted_thinking` carries it.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { callExtra, KeptOrigin, plainReasoning, shownText } from '../../../reasoning/details.ts'
import { isObject, listOf, stringOf } from '../../../untyped.ts'
import { isClaudes } from './reasoning.ts'

/** What Claude can read of a detail: its own signature, or its encrypted block. */
export const signatureOf = (detail: JsonObject): string => (isClaudes(detail) ? stringOf(detail.signature) : '')
export const isClaudesBlock = (detail: JsonObject): boolean =>
  detail.type === 'reasoning.encrypted' && isClaudes(detail) && typeof detail.data === 'string'

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
  const kept = new KeptOrigin(context)
  if (plain.field && plain.text !== '') kept.plain(plain.field)
  for (const detail of details) kept.detail(detail)
  for (const call of calls) kept.extra(call)
  const token = kept.token()
  const own =
    plain.text === ''
      ? { type: 'redacted_thinking', data: token }
      : { type: 'thinking', thinking: plain.text, signature: token }
  return [...blocks, own]
}
