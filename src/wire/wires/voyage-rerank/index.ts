import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { costEdits } from '../../read/cost-edits.ts'
import { RerankMeter } from '../jina-rerank/meter.ts'
import { rerankWork } from '../jina-rerank/work.ts'
import { voyageRerankConverter } from './convert.ts'

/** `/v1/rerank` with `top_k` and `data`: https://docs.voyageai.com/reference/reranker-api, and Fireworks. */
export const voyageRerank: WireDefinition = {
  wire: 'voyage-rerank',
  meter: (request) => new RerankMeter(request),
  failure: (_context, error) => bareFailure(error),
  request: { work: rerankWork },
  bodies: voyageRerankConverter,
  dialect: { whole: costEdits },
}
