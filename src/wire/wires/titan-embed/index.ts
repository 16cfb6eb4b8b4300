import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { titanEmbedConverter } from './convert.ts'
import { TitanEmbedMeter } from './meter.ts'

/** Amazon's embeddings on Bedrock. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed.html */
export const titanEmbed: WireDefinition = {
  wire: 'titan-embed',
  meter: () => new TitanEmbedMeter(),
  failure: (_context, error) => bareFailure(error),
  upstream: titanEmbedConverter,
}
