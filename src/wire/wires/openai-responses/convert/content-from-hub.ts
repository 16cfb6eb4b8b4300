/** Hub content (a string or parts) as the parts of Responses items. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, objectOf, refuse, stringOf } from '../../../untyped.ts'

/** The short form stays short. */
export function contentFromHub(content: unknown, field: string): unknown {
  return typeof content === 'string' ? content : partsFromHub(content, field)
}

export function partsFromHub(content: unknown, field: string): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'input_text', text: content }]
  if (content === undefined || content === null) return []
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  return content.flatMap((part, index) => partFromHub(part, `${field}[${index}]`))
}

function partFromHub(part: unknown, field: string): JsonObject[] {
  if (!isObject(part)) return refuse(field, 'must be an object with a type')
  switch (part.type) {
    case 'text':
      return [{ type: 'input_text', text: stringOf(part.text) }]
    // Mistral's reasoning, which nobody else can be given.
    case 'thinking':
      return []
    case 'image_url':
      return [imageFromHub(part.image_url, `${field}.image_url`)]
    case 'file':
      return [fileFromHub(objectOf(part.file), `${field}.file`)]
    case 'input_audio':
      return [{ type: 'input_audio', input_audio: part.input_audio }]
    default:
      return refuse(field, `of type "${stringOf(part.type)}" cannot be sent to an openai-responses endpoint`)
  }
}

function imageFromHub(image: unknown, field: string): JsonObject {
  const { url, detail } = typeof image === 'string' ? { url: image, detail: undefined } : objectOf(image)
  if (typeof url !== 'string' || url === '') return refuse(`${field}.url`, 'must be a string')
  return { type: 'input_image', image_url: url, detail: stringOf(detail) || 'auto' }
}

function fileFromHub({ file_data, file_id, filename }: JsonObject, field: string): JsonObject {
  if (typeof file_id === 'string' && file_id !== '') return { type: 'input_file', file_id }
  if (typeof file_data !== 'string' || file_data === '') return refuse(`${field}.file_data`, 'must be a string')
  // OpenRouter takes an address in the place of the data.
  if (/^https?:/i.test(file_data)) return { type: 'input_file', file_url: file_data }
  return { type: 'input_file', filename: stringOf(filename) || 'document.pdf', file_data }
}
