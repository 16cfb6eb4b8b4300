import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { cohereEmbedConverter } from './convert.ts'
import { CohereEmbedMeter } from './meter.ts'

/** Cohere's `/v2/embed`. https://docs.cohere.com/reference/embed */
export const cohereEmbed: WireDefinition = {
  wire: 'cohere-embed',
  meter: () => new CohereEmbedMeter(),
  failure: (_context, error) => bareFailure(error),
  upstream: cohereEmbedConverter,
}
