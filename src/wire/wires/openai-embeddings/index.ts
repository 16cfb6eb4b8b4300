import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { costEdits } from '../../read/cost-edits.ts'
import { OpenaiEmbeddingsMeter } from './meter.ts'

/** Embeddings, which come whole. */
export const openaiEmbeddings: WireDefinition = {
  wire: 'openai-embeddings',
  meter: () => new OpenaiEmbeddingsMeter(),
  failure: (_context, error) => bareFailure(error),
  dialect: { whole: costEdits },
}
