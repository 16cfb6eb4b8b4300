import type { JsonObject } from '../../../plugins/api.ts'
import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { objects } from '../../read/meter.ts'
import { manyEmbeddings, oneEmbedding, requestsFor } from './convert.ts'
import { GeminiEmbeddingsMeter } from './meter.ts'

const contentsOf = (body: JsonObject): unknown[] =>
  body.requests === undefined ? [body.content] : objects(body.requests).map(({ content }) => content)

const view = (body: JsonObject): JsonObject => ({ model: body.model, input: contentsOf(body) })

/** `:embedContent`: one content. https://ai.google.dev/api/embeddings */
export const geminiEmbeddings: WireDefinition = {
  wire: 'gemini-embeddings',
  meter: () => new GeminiEmbeddingsMeter(),
  failure: (_context, error) => bareFailure(error),
  request: { addressed: true, view },
  bodies: oneEmbedding,
}

/** `:batchEmbedContents`: a list of contents. */
export const geminiBatchEmbeddings: WireDefinition = {
  ...geminiEmbeddings,
  wire: 'gemini-batch-embeddings',
  request: { addressed: true, view, native: requestsFor },
  bodies: manyEmbeddings,
}
