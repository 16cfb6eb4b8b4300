/**
 * Thinking blocks <-> OpenRouter's `reasoning_details`, in which signatures and encrypted blocks survive byte for byte.
 * Plain `reasoning` text has no signature and cannot be given back to Claude, which checks it.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, listOf, stringOf } from '../../../untyped.ts'

export const REASONING_FORMAT = 'anthropic-claude-v1'

/**
 * A thinking or redacted_thinking block as a reasoning detail; undefined for other blocks. `index` counts reasoning
 * blocks.
 */
export function detailOf(block: JsonObject, index: number): JsonObject | undefined {
  if (block.type === 'redacted_thinking')
    return { type: 'reasoning.encrypted', data: block.data, format: REASONING_FORMAT, index }
  if (block.type !== 'thinking') return undefined
  const signature = stringOf(block.signature)
  return {
    type: 'reasoning.text',
    text: stringOf(block.thinking),
    ...(signature ? { signature } : {}),
    format: REASONING_FORMAT,
    index,
  }
}

/** Whether Claude wrote this detail: other makers' signatures and encrypted data would be refused. */
export const isClaudes = (detail: JsonObject): boolean =>
  detail.format === undefined || detail.format === null || detail.format === REASONING_FORMAT

/**
 * Reasoning details as thinking blocks. Clients may give back a stream's fragments unmerged: they are joined by index,
 * up to the signature that closes a block.
 */
export function thinkingBlocks(details: unknown): JsonObject[] {
  const blocks: JsonObject[] = []
  let open: { block: JsonObject; index: unknown } | undefined
  for (const detail of listOf(details)) {
    if (!isObject(detail)) continue
    if (detail.type === 'reasoning.encrypted') {
      open = undefined
      if (isClaudes(detail) && typeof detail.data === 'string')
        blocks.push({ type: 'redacted_thinking', data: detail.data })
    } else if (detail.type === 'reasoning.text' || detail.type === 'reasoning.summary') {
      const text = stringOf(detail.text) || stringOf(detail.summary)
      const signature = isClaudes(detail) ? stringOf(detail.signature) : ''
      if (open && open.index === detail.index && open.block.signature === '') {
        open.block.thinking = stringOf(open.block.thinking) + text
        open.block.signature = signature
      } else {
        open = { block: { type: 'thinking', thinking: text, signature }, index: detail.index }
        blocks.push(open.block)
      }
    }
  }
  return blocks
}
