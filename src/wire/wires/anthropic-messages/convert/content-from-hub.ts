/** Hub content (a string or parts) as Anthropic's content blocks. Empty texts are left out: Anthropic refuses them. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, objectOf, refuse, stringOf } from '../../../untyped.ts'

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

/** The caller's cache breakpoint on `part`, if any. */
export const cacheOf = (part: JsonObject): JsonObject =>
  isObject(part.cache_control) ? { cache_control: part.cache_control } : {}

export function blocksFromHub(content: unknown, field: string): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === null || content === undefined) return []
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  return content.flatMap((part, index) => blockFromHub(part, `${field}[${index}]`))
}

function blockFromHub(part: unknown, field: string): JsonObject[] {
  if (!isObject(part)) return refuse(field, 'must be an object with a type')
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: stringOf(part.text), ...cacheOf(part) }]
    // Mistral's reasoning, which nobody else can be given.
    case 'thinking':
      return []
    case 'refusal':
      return part.refusal === '' ? [] : [{ type: 'text', text: stringOf(part.refusal) }]
    case 'image_url':
      return [{ ...imageFromHub(part.image_url, `${field}.image_url`), ...cacheOf(part) }]
    case 'file':
      return [{ ...documentFromHub(objectOf(part.file), `${field}.file`), ...cacheOf(part) }]
    default:
      return refuse(field, `of type "${stringOf(part.type)}" cannot be sent to an anthropic-messages endpoint`)
  }
}

function imageFromHub(image: unknown, field: string): JsonObject {
  const url = typeof image === 'string' ? image : objectOf(image).url
  if (typeof url !== 'string' || url === '') return refuse(`${field}.url`, 'must be a string')
  const data = dataUrl(url)
  if (!data) return { type: 'image', source: { type: 'url', url } }
  if (data.mediaType === 'application/pdf') return { type: 'document', source: pdf(data.base64) }
  const mediaType = data.mediaType === 'image/jpg' ? 'image/jpeg' : data.mediaType
  if (!IMAGE_TYPES.has(mediaType))
    return refuse(`${field}.url`, `is of type ${mediaType}; images must be JPEG, PNG, GIF or WebP`)
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data: data.base64 } }
}

function documentFromHub(file: JsonObject, field: string): JsonObject {
  const content = file.file_data
  if (typeof content !== 'string')
    return refuse(`${field}.file_data`, 'must be given; a file id of another provider means nothing here')
  const title = typeof file.filename === 'string' && file.filename !== '' ? { title: file.filename } : {}
  const data = dataUrl(content)
  // OpenRouter takes an https address in the place of the data.
  if (!data && /^https?:/i.test(content)) return { type: 'document', source: { type: 'url', url: content }, ...title }
  if (!data || data.mediaType === 'application/pdf')
    return { type: 'document', source: pdf(data?.base64 ?? content), ...title }
  if (!data.mediaType.startsWith('text/'))
    return refuse(`${field}.file_data`, `is of type ${data.mediaType}; files must be PDF or text`)
  const text = Buffer.from(data.base64, 'base64').toString('utf8')
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...title }
}

const pdf = (base64: string): JsonObject => ({ type: 'base64', media_type: 'application/pdf', data: base64 })

/** `data:<type>[;...];base64,<data>` (RFC 2397); undefined for other addresses. */
function dataUrl(url: string): { mediaType: string; base64: string } | undefined {
  if (!/^data:/i.test(url)) return undefined
  const comma = url.indexOf(',')
  const head = url.slice(5, comma).toLowerCase().split(';')
  const data = url.slice(comma + 1)
  const base64 = head.includes('base64') ? data : Buffer.from(decode(data), 'utf8').toString('base64')
  return { mediaType: head[0] || 'text/plain', base64 }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
