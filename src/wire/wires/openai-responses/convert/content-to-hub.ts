/** Content parts of Responses items as hub content parts. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, refuse, stringOf } from '../../../untyped.ts'

const FILE_ID = 'names a file of one provider, which means nothing to another; send the data itself'

export function partsToHub(content: unknown, field: string, extensions: boolean): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === undefined || content === null) return []
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of parts')
  return content.map((part, index) => partToHub(part, `${field}[${index}]`, extensions))
}

function partToHub(part: unknown, field: string, extensions: boolean): JsonObject {
  if (!isObject(part)) return refuse(field, 'must be an object with a type')
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: stringOf(part.text) }
    case 'refusal':
      return { type: 'text', text: stringOf(part.refusal) }
    case 'input_image':
      return imageToHub(part, field)
    case 'input_file':
      return { type: 'file', file: fileToHub(part, field, extensions) }
    case 'input_audio':
      return { type: 'input_audio', input_audio: part.input_audio }
    default:
      return refuse(field, `of type "${stringOf(part.type)}" cannot be sent to an openai-chat endpoint`)
  }
}

function imageToHub({ image_url, file_id, detail }: JsonObject, field: string): JsonObject {
  const url = isObject(image_url) ? image_url.url : image_url
  if (typeof url !== 'string' || url === '')
    return file_id ? refuse(`${field}.file_id`, FILE_ID) : refuse(`${field}.image_url`, 'must be a string')
  return { type: 'image_url', image_url: { url, ...(typeof detail === 'string' && detail !== 'auto' && { detail }) } }
}

function fileToHub({ file_data, file_id, file_url, filename }: JsonObject, field: string, extensions: boolean) {
  const name = stringOf(filename) || 'document.pdf'
  if (typeof file_data === 'string' && file_data !== '') return { filename: name, file_data }
  if (typeof file_url === 'string' && file_url !== '') {
    // OpenRouter's extension: an address in the place of the data.
    if (extensions) return { filename: name, file_data: file_url }
    return refuse(`${field}.file_url`, 'is an address, which this endpoint cannot read; send the data itself')
  }
  return file_id ? refuse(`${field}.file_id`, FILE_ID) : refuse(`${field}.file_data`, 'must be a string')
}
