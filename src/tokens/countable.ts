import type { JsonObject } from '../plugins/api.ts'
import { type Pixels, sizeOf } from './images.ts'

/** What of a request costs tokens. */
export interface Countable {
  readonly texts: readonly string[]
  readonly images: readonly Pixels[]
  /** Pages of documents that are no text. */
  readonly pages: number
  readonly messages: number
  readonly hasTools: boolean
}

/** Top-level fields that end up in the prompt, of chat completions, Messages and Responses. */
const PROMPT = [
  'system',
  'instructions',
  'messages',
  'input',
  'tools',
  'response_format',
  'text',
  'output_config',
  'output_format',
  'systemInstruction',
  'contents',
]
/**
 * Fields that the model does not read as text, wherever they stand: names of ids and kinds, bytes, and reasoning, which
 * is left out or sealed.
 */
const UNREAD: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'status',
  'call_id',
  'tool_use_id',
  'tool_call_id',
  'cache_control',
  'media_type',
  'detail',
  'strict',
  'signature',
  'encrypted_content',
  'data',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'input_audio',
  'file_id',
  'mimeType',
  'thoughtSignature',
  'fileUri',
])
/** Fields that the model reads as JSON. */
const JSON_FIELDS: ReadonlySet<string> = new Set([
  'input',
  'arguments',
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'input_schema',
  'schema',
])
const IMAGES: ReadonlySet<unknown> = new Set(['image', 'image_url', 'input_image'])
const FILES: ReadonlySet<unknown> = new Set(['document', 'file', 'input_file'])
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking'])

/** Takes a body in any of the four grammars. Throws a RangeError when it is nested too deep to walk. */
export function countableOf(body: JsonObject): Countable {
  const found = new Collector()
  for (const key of PROMPT) if (body[key] !== undefined) found.field(key, body[key])
  const { messages, input, contents, system = body.systemInstruction, instructions, tools } = body
  const turns = [messages, input, contents].reduce(
    (sum: number, list) => sum + (Array.isArray(list) ? list.length : list === undefined ? 0 : 1),
    0,
  )
  return {
    texts: found.texts,
    images: found.images,
    pages: found.pages,
    messages: turns + (system === undefined && instructions === undefined ? 0 : 1),
    hasTools: Array.isArray(tools) && tools.length > 0,
  }
}

class Collector {
  readonly texts: string[] = []
  readonly images: Pixels[] = []
  pages = 0

  field(key: string, value: unknown): void {
    if (key === 'messages' && Array.isArray(value)) {
      // Claude does not read what it thought before the last turn of its user,
      // https://platform.claude.com/docs/en/build-with-claude/token-counting.
      const last = value.findLastIndex(isTurnOfUser)
      for (const [index, message] of value.entries()) this.#walk(message, index < last)
    } else this.#walk(value, false)
  }

  #walk(value: unknown, thoughtless: boolean): void {
    if (typeof value === 'string') this.texts.push(value)
    else if (Array.isArray(value)) for (const each of value) this.#walk(each, thoughtless)
    else if (typeof value === 'object' && value !== null) this.#object(value as JsonObject, thoughtless)
  }

  #object(value: JsonObject, thoughtless: boolean): void {
    if (value.inlineData !== undefined) this.#inline(objectOf(value.inlineData))
    else if (IMAGES.has(value.type)) this.images.push(sizeOf(imageIn(value)))
    else if (FILES.has(value.type)) this.#file(value, thoughtless)
    else if (!(thoughtless && THOUGHTS.has(value.type))) this.#fields(value, thoughtless)
  }

  #fields(value: JsonObject, thoughtless: boolean): void {
    for (const key in value) {
      const field = value[key]
      if (UNREAD.has(key)) continue
      if (JSON_FIELDS.has(key) && typeof field === 'object') this.texts.push(JSON.stringify(field))
      else this.#walk(field, thoughtless)
    }
  }

  /** Gemini's form of all that is no text. */
  #inline({ mimeType, data }: JsonObject): void {
    if (String(mimeType).startsWith('image/')) this.images.push(sizeOf(data))
    else this.pages += pagesIn(data)
  }

  #file(value: JsonObject, thoughtless: boolean): void {
    const source = objectOf(value.source ?? value.file ?? value)
    if (source.type === 'text') this.#walk(source.data, thoughtless)
    else if (source.type === 'content') this.#walk(source.content, thoughtless)
    else this.pages += pagesIn(source.data ?? source.file_data)
  }
}

const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : {}

/** `{image_url: {url}}`, `{image_url}` or `{source: {data}}`. */
const imageIn = ({ image_url, source }: JsonObject): unknown =>
  typeof image_url === 'string' ? image_url : (objectOf(image_url).url ?? objectOf(source).data)

function isTurnOfUser(message: unknown): boolean {
  const { role, content } = objectOf(message)
  if (role !== 'user') return false
  return !Array.isArray(content) || content.some((part) => objectOf(part).type !== 'tool_result')
}

/** The page objects of a PDF in base64; one where none can be seen. */
function pagesIn(data: unknown): number {
  if (typeof data !== 'string') return 1
  const bytes = Buffer.from(data.slice(data.startsWith('data:') ? data.indexOf(',') + 1 : 0), 'base64').toString(
    'latin1',
  )
  return Math.max(1, bytes.match(/\/Type\s{0,8}\/Page[^s]/g)?.length ?? 0)
}
