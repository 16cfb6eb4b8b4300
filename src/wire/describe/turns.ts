import type { JsonObject } from '../../plugins/api.ts'

export type Turn = JsonObject | null | undefined

/** The turns of a chat: `messages`, or the list that is `input` (Responses); empty for a text, and for none. */
export function turnsIn({ messages, input }: JsonObject): readonly Turn[] {
  if (Array.isArray(messages)) return messages
  return Array.isArray(input) ? input : []
}
