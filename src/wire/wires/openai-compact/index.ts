import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { responsesReferences } from '../openai-responses/references.ts'
import { CompactMeter } from './meter.ts'

/** A conversation made short. https://platform.openai.com/docs/api-reference/responses/compact */
export const openaiCompact: WireDefinition = {
  wire: 'openai-compact',
  meter: () => new CompactMeter(),
  request: { references: responsesReferences },
  failure: (_context, error) => bareFailure(error),
}
