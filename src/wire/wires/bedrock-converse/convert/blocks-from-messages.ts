/** Content blocks of Messages as those of Converse. Cache marks become cache points behind their block. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import type { ConverseTraits } from './models.ts'

/** What an empty result of a tool says, since it must say something. */
const NO_OUTPUT = { text: '(no output)' }

/** The blocks of one request: documents in it need names of their own. */
export class BlocksFromMessages {
  readonly #names = new Set<string>()
  readonly #caching: boolean
  readonly #ttl: boolean

  constructor({ caching }: ConverseTraits) {
    this.#caching = caching !== 'none'
    this.#ttl = caching === 'all'
  }

  /** A text, or a list of blocks. */
  blocks(content: unknown): JsonObject[] {
    if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
    const blocks = listOf(content).filter(isObject)
    const out = blocks.flatMap((block) => [this.#block(block), ...this.cachePoint(block)])
    // A document alone is refused: a text must be beside it.
    return out.some((block) => block.document) && !out.some((block) => block.text) ? [...out, { text: '.' }] : out
  }

  /** Behind what has a `cache_control`. */
  cachePoint({ cache_control: cache }: JsonObject): JsonObject[] {
    if (!this.#caching || !isObject(cache)) return []
    const ttl = this.#ttl && typeof cache.ttl === 'string' ? { ttl: cache.ttl } : {}
    return [{ cachePoint: { type: 'default', ...ttl } }]
  }

  #block(block: JsonObject): JsonObject {
    switch (block.type) {
      case 'thinking':
        return { reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } }
      case 'redacted_thinking':
        return { reasoningContent: { redactedContent: block.data } }
      case 'image':
        return { image: image(objectOf(block.source)) }
      case 'document':
        return { document: this.#document(block) }
      case 'tool_use':
        return { toolUse: { toolUseId: block.id, name: block.name, input: block.input } }
      case 'tool_result':
        return { toolResult: this.#result(block) }
      default:
        return { text: stringOf(block.text) }
    }
  }

  #result(block: JsonObject): JsonObject {
    const content = this.blocks(block.content).filter((part) => part.cachePoint === undefined)
    return {
      toolUseId: block.tool_use_id,
      content: content.length === 0 ? [NO_OUTPUT] : content,
      ...(block.is_error === true && { status: 'error' }),
    }
  }

  #document({ source, title }: JsonObject): JsonObject {
    const { type, data } = objectOf(source)
    if (type === 'url') refuse('messages', 'have a file by address, which this endpoint does not fetch; send its data')
    const bytes = type === 'text' ? Buffer.from(stringOf(data)).toString('base64') : data
    return { format: type === 'text' ? 'txt' : 'pdf', name: this.#name(stringOf(title)), source: { bytes } }
  }

  /** Letters, digits, single spaces, hyphens and brackets only, and each name once. */
  #name(title: string): string {
    const plain = title
      .replace(/\.\w+$/, '')
      .replaceAll(/[^a-zA-Z0-9\s()[\]-]+/g, '-')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, 180)
    const base = plain || 'document'
    let name = base
    for (let n = 2; this.#names.has(name); n++) name = `${base} ${n}`
    this.#names.add(name)
    return name
  }
}

function image({ type, media_type: mediaType, data }: JsonObject): JsonObject {
  if (type !== 'base64')
    refuse('messages', 'have an image by address, which this endpoint does not fetch; send its data')
  return { format: stringOf(mediaType).replace('image/', ''), source: { bytes: data } }
}
