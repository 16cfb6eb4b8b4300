import type { JsonObject } from '../../plugins/api.ts'
import { promptIn } from './text-hash.ts'
import { turnsIn } from './turns.ts'

/** The text of the last turn of the user, or of a request without turns; empty for none. */
export function lastMessage(body: JsonObject): string {
  const turns = turnsIn(body)
  for (let at = turns.length - 1; at >= 0; at--) {
    const turn = turns[at]
    if (turn?.role === 'user') return textIn(turn.content)
  }
  return textIn(body.input) || textIn(body.prompt)
}

/** A text, or the last of an array of content parts. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  for (let at = content.length - 1; at >= 0; at--) {
    const text = promptIn((content[at] as JsonObject | null)?.text)
    if (text !== '') return text
  }
  return ''
}
