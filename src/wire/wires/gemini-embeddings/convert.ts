/**
 * `gemini-embeddings` (one content) and `gemini-batch-embeddings` (a list of them) <-> `openai-embeddings`. Left out
 * towards others: `taskType` and `title`. https://ai.google.dev/api/embeddings
 */
import type { JsonObject } from '../../../plugins/api.ts'
import type { BodyConverter, ConvertContext } from '../../converter.ts'
import { objects } from '../../read/meter.ts'
import { compact, isErrorGiven, listOf, numberOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { errorFromHub, errorToHub } from '../gemini/convert/error.ts'
import { geminiUsage } from '../gemini/usage.ts'
import { embeddingList, textList } from '../openai-embeddings/list.ts'

function textOf(content: unknown, field: string): string {
  const parts = objects(objectOf(content).parts)
  if (parts.some((part) => typeof part.text !== 'string'))
    return refuse(`${field}.parts`, 'may only be texts at other endpoints')
  return parts.map((part) => stringOf(part.text)).join('\n')
}

const toHub = (model: unknown, input: unknown, first: JsonObject): JsonObject =>
  compact({ model, input, dimensions: numberOf(first.outputDimensionality), encoding_format: 'float' })

const contentOf = (text: string, body: JsonObject): JsonObject =>
  compact({ content: { parts: [{ text }] }, outputDimensionality: numberOf(body.dimensions) })

const valuesOf = (embedding: unknown): readonly unknown[] => listOf(objectOf(embedding).values)

function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return errorToHub(body)
  const list = body.embedding === undefined ? listOf(body.embeddings) : [body.embedding]
  return embeddingList(list.map(valuesOf), geminiUsage(body.usageMetadata)?.inputTokens ?? 0, context)
}

/** In the order of their indices. */
function vectorsOf(body: JsonObject): JsonObject[] {
  const data = [...objects(body.data)].sort((a, b) => Number(a.index) - Number(b.index))
  return data.map(({ embedding }) => ({ values: typeof embedding === 'string' ? floats(embedding) : embedding }))
}

function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readFloatLE(4 * at))
}

export const oneEmbedding: BodyConverter = {
  wire: 'gemini-embeddings',
  requestToHub: (body) => toHub(body.model, textOf(body.content, 'content'), body),
  requestFromHub(body) {
    const [text = '', ...others] = textList(body.input)
    return others.length > 0 ? refuse('input', 'must be one text here') : contentOf(text, body)
  },
  responseToHub,
  responseFromHub: (body) => (isErrorGiven(body.error) ? errorFromHub(body) : { embedding: vectorsOf(body)[0] ?? {} }),
}

export const manyEmbeddings: BodyConverter = {
  wire: 'gemini-batch-embeddings',
  requestToHub(body) {
    const requests = objects(body.requests)
    const texts = requests.map(({ content }, at) => textOf(content, `requests[${at}].content`))
    return toHub(body.model, texts, requests[0] ?? {})
  },
  requestFromHub: (body) => ({
    requests: textList(body.input).map((text) => ({ model: `models/${body.model}`, ...contentOf(text, body) })),
  }),
  responseToHub,
  responseFromHub: (body) => (isErrorGiven(body.error) ? errorFromHub(body) : { embeddings: vectorsOf(body) }),
}

/** Each of a batch names the model of the address again. */
export function requestsFor(body: JsonObject, upstreamModel: string): JsonObject {
  const model = `models/${upstreamModel}`
  if (!Array.isArray(body.requests) || objects(body.requests).every((each) => each.model === model)) return body
  return { ...body, requests: objects(body.requests).map((each) => ({ ...each, model })) }
}
