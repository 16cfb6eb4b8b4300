/** Anthropic's content blocks as hub content parts, and as text where the hub takes only text. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'
import { cacheOf } from './content-from-hub.ts'

export function partsToHub(content: unknown, field: string, extensions: boolean): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === undefined || content === null) return []
  if (!Array.isArray(content)) return refuse(field, 'must be a string or a list of blocks')
  return content.flatMap((block, index) => partToHub(block, `${field}[${index}]`, extensions))
}

function partToHub(block: unknown, field: string, extensions: boolean): JsonObject[] {
  if (!isObject(block)) return refuse(field, 'must be an object with a type')
  const cache = extensions ? cacheOf(block) : {}
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: stringOf(block.text), ...cache }]
    case 'image':
      return [{ type: 'image_url', image_url: { url: imageUrl(objectOf(block.source), `${field}.source`) }, ...cache }]
    case 'document':
      return documentToHub(block, field, extensions).map((part, index) => (index === 0 ? { ...part, ...cache } : part))
    case 'search_result': {
      const head = [stringOf(block.title), stringOf(block.source)].filter(Boolean).join('\n')
      const text = listOf(block.content).map((entry) => stringOf(objectOf(entry).text))
      return [{ type: 'text', text: [head, ...text].join('\n'), ...cache }]
    }
    case 'tool_reference':
      return [{ type: 'text', text: stringOf(block.tool_name) }]
    default:
      return refuse(field, `of type "${stringOf(block.type)}" cannot be sent to an openai-chat endpoint`)
  }
}

function imageUrl(source: JsonObject, field: string): string {
  if (source.type === 'base64') return `data:${stringOf(source.media_type)};base64,${stringOf(source.data)}`
  if (source.type === 'url') return stringOf(source.url)
  return refuse(field, `of type "${stringOf(source.type)}" means nothing to another provider; send the data itself`)
}

function documentToHub(block: JsonObject, field: string, extensions: boolean): JsonObject[] {
  const source = objectOf(block.source)
  const filename = stringOf(block.title) || 'document.pdf'
  const notes = [stringOf(block.title), stringOf(block.context)].filter(Boolean)
  switch (source.type) {
    case 'base64':
      return [
        {
          type: 'file',
          file: { filename, file_data: `data:${stringOf(source.media_type)};base64,${stringOf(source.data)}` },
        },
      ]
    case 'url':
      if (!extensions)
        return refuse(`${field}.source`, 'is an address, which this endpoint cannot read; send the data itself')
      return [{ type: 'file', file: { filename, file_data: source.url } }]
    case 'text':
      return [{ type: 'text', text: [...notes, stringOf(source.data)].join('\n') }]
    case 'content':
      return [
        ...notes.map((text) => ({ type: 'text', text })),
        ...partsToHub(source.content, `${field}.source.content`, extensions),
      ]
    default:
      return refuse(
        `${field}.source`,
        `of type "${stringOf(source.type)}" means nothing to another provider; send the data itself`,
      )
  }
}
