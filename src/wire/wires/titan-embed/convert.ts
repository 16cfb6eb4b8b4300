/**
 * `openai-embeddings` -> `titan-embed`, and its answers back: one text a request, and with the multimodal model an image
 * in its place or beside it.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import type { UpstreamConverter } from '../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { errorToHub } from '../cohere-chat/error.ts'
import { embeddingList, inputList } from '../openai-embeddings/list.ts'
import { titanUsage } from './meter.ts'

export const titanEmbedConverter: UpstreamConverter = {
  wire: 'titan-embed',
  requestFromHub(body) {
    const [input, ...others] = inputList(body.input)
    if (others.length > 0) return refuse('input', 'must be one text: this endpoint takes one at a time')
    const dimensions = numberOf(body.dimensions)
    if (stringOf(body.model).includes('titan-embed-image'))
      return compact({
        model: body.model,
        ...mixed(input),
        embeddingConfig: dimensions === undefined ? undefined : { outputEmbeddingLength: dimensions },
      })
    if (typeof input !== 'string') return refuse('input', 'may only be text: this endpoint takes nothing else')
    return compact({ model: body.model, inputText: input, dimensions, normalize: body.normalize })
  },
  responseToHub(body, context) {
    if (!Array.isArray(body.embedding)) return errorToHub(body)
    return embeddingList([listOf(body.embedding)], titanUsage(body)?.inputTokens ?? 0, context)
  },
}

const DATA_URL = /^data:[^;,]+;base64,/

/** A text, or parts in the forms of OpenRouter and Jina. */
function mixed(input: unknown): JsonObject {
  if (typeof input === 'string') return { inputText: input }
  const parts = isObject(input) && Array.isArray(input.content) ? input.content : [input]
  return Object.assign({}, ...parts.map((part) => partOf(objectOf(part)))) as JsonObject
}

function partOf(part: JsonObject): JsonObject {
  if (typeof part.text === 'string') return { inputText: part.text }
  const image = part.image_url ?? part.image
  const url = stringOf(image) || stringOf(objectOf(image).url)
  return DATA_URL.test(url)
    ? { inputImage: url.replace(DATA_URL, '') }
    : refuse('input', 'must be text or an image as a data: address')
}
