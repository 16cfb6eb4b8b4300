import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { RerankMeter } from '../jina-rerank/meter.ts'
import { rerankWork } from '../jina-rerank/work.ts'
import { cohereRerankConverter } from './convert.ts'

/** `/v2/rerank`. https://docs.cohere.com/reference/rerank */
export const cohereRerank: WireDefinition = {
  wire: 'cohere-rerank',
  meter: (request) => new RerankMeter(request),
  failure: (_context, error) => bareFailure(error),
  request: { work: rerankWork },
  bodies: cohereRerankConverter,
}
