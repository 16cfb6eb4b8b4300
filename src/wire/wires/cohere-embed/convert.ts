/**
 * `openai-embeddings` -> `cohere-embed`, and its answers back. `input_type`, which Cohere requires and OpenAI has not,
 * is `search_document` unless the client says it. A text that is too long is an error as at OpenAI, and not cut, unless
 * the client says `truncate`.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import type { UpstreamConverter } from '../../converter.ts'
import { compact, isObject, listOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { errorToHub } from '../cohere-chat/error.ts'
import { embeddingList, inputList } from '../openai-embeddings/list.ts'
import { embedUsage } from './meter.ts'

export const cohereEmbedConverter: UpstreamConverter = {
  wire: 'cohere-embed',
  requestFromHub(body) {
    const input = inputList(body.input)
    const isText = input.every((entry) => typeof entry === 'string')
    return compact({
      model: body.model,
      input_type: body.input_type ?? 'search_document',
      ...(isText ? { texts: input } : { inputs: input.map((entry, index) => mixed(entry, `input[${index}]`)) }),
      // Whatever encoding a client wants: it is made of these.
      embedding_types: ['float'],
      output_dimension: body.dimensions ?? body.output_dimension,
      truncate: body.truncate ?? 'NONE',
      max_tokens: body.max_tokens,
      priority: body.priority,
    })
  },
  responseToHub(body, context) {
    if (!isObject(body.embeddings)) return errorToHub(body)
    return embeddingList(listOf(body.embeddings.float), embedUsage(body)?.inputTokens ?? 0, context)
  },
}

/** OpenRouter's `{ content: [parts] }`, Jina's `{ text }` and `{ image }`, or a part alone. */
function mixed(entry: unknown, field: string): JsonObject {
  if (typeof entry === 'string') return { content: [{ type: 'text', text: entry }] }
  if (!isObject(entry)) return refuse(field, 'must be text, or an object with text or an image')
  const parts = Array.isArray(entry.content) ? entry.content : [entry]
  return { content: parts.map((part, index) => partOf(objectOf(part), `${field}.content[${index}]`)) }
}

function partOf(part: JsonObject, field: string): JsonObject {
  if (typeof part.text === 'string') return { type: 'text', text: part.text }
  const image = part.image_url ?? part.image
  const url = stringOf(image) || stringOf(objectOf(image).url)
  return url === '' ? refuse(field, 'must be text or an image') : { type: 'image_url', image_url: { url } }
}
