/**
 * Reasoning items <-> the hub's `reasoning_details`. OpenAI's reasoning is encrypted for the account that got it, and
 * the details of a chat have no place for whose it is: so an item travels whole in a signature of the router's own, and
 * only its maker gets it back.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { objects } from '../../../read/meter.ts'
import { madeBy, readToken, tokenOf } from '../../../reasoning/token.ts'
import { stringOf } from '../../../untyped.ts'

/** OpenRouter's name of it. */
const FORMAT = 'openai-responses-v1'

/** `index`: of the item among those of reasoning. */
export const summaryDetail = (text: string, index: number): JsonObject => ({
  type: 'reasoning.summary',
  summary: text,
  format: FORMAT,
  index,
})

/** Undefined where there is nothing to give back: a summary alone is refused as an item that was not stored. */
export function itemDetail(item: JsonObject, maker: string, index: number): JsonObject | undefined {
  const content = objects(item.content)
  if (stringOf(item.encrypted_content) === '' && content.length === 0) return undefined
  const { id, encrypted_content } = item
  const kept = {
    type: 'reasoning',
    id,
    summary: objects(item.summary),
    ...(content.length > 0 && { content }),
    ...(encrypted_content !== undefined && encrypted_content !== null && { encrypted_content }),
  }
  return {
    type: 'reasoning.encrypted',
    data: tokenOf({ maker, details: [kept] }),
    id,
    format: FORMAT,
    index,
  }
}

/** The items of a hub message that `maker` made. */
export function ownItems(message: JsonObject, maker: string | undefined): JsonObject[] {
  if (maker === undefined) return []
  return objects(message.reasoning_details).flatMap(({ data }) => {
    const origin = readToken(data)
    return origin && madeBy(origin, maker) ? (origin.details ?? []).filter(({ type }) => type === 'reasoning') : []
  })
}

/** What of an item of reasoning may be shown: its summary, or what an open model thought. */
export function shownParts(item: JsonObject): string[] {
  const parts = objects(item.summary)
  return (parts.length > 0 ? parts : objects(item.content)).map(({ text }) => stringOf(text)).filter(Boolean)
}
