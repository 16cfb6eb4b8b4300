/** What a converter says in parts, as messages of the hub take it. */
import type { JsonObject } from '../../../plugins/api.ts'
import { stringOf } from '../../untyped.ts'

/**
 * The short form where it says the same. Without `extensions` texts are joined: not every compatible server takes a
 * list of texts.
 */
export function shortContent(parts: readonly JsonObject[], extensions: boolean): unknown {
  const plain = parts.every((part) => part.type === 'text' && part.cache_control === undefined)
  if (!plain || (extensions && parts.length > 1)) return parts
  return parts.map((part) => stringOf(part.text)).join('\n')
}

export interface ToolResult {
  readonly id: string
  readonly parts: readonly JsonObject[]
  readonly failed: boolean
  /** The caller's cache breakpoint, for readers of extensions. */
  readonly cache?: JsonObject
}

/** OpenAI's tool messages hold only text: images and files of a result are `shown` in the user message that follows. */
export function toolMessage(
  { id, parts, failed, cache }: ToolResult,
  extensions: boolean,
): { message: JsonObject; shown: JsonObject[] } {
  if (extensions) {
    const content = shortContent(parts, extensions)
    return {
      message: { role: 'tool', tool_call_id: id, content, ...(failed ? { is_error: true } : {}), ...cache },
      shown: [],
    }
  }
  const shown = parts.filter((part) => part.type !== 'text')
  const lines = parts.filter((part) => part.type === 'text').map((part) => stringOf(part.text))
  // There is no field for a failed tool, so the text says it.
  if (failed) lines.unshift('Error:')
  if (shown.length > 0) lines.push(`(The result has ${shown.length} attachment(s), shown in the next message.)`)
  const title = { type: 'text', text: `Attachments of the tool result ${id}:` }
  return {
    message: { role: 'tool', tool_call_id: id, content: lines.join('\n') },
    shown: shown.length > 0 ? [title, ...shown] : [],
  }
}
