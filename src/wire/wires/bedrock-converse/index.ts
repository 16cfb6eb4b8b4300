import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { partsText } from '../../read/meter.ts'
import { objectOf } from '../../untyped.ts'
import { converseConverter } from './convert/index.ts'
import { BedrockConverseMeter } from './meter.ts'
import { converseQuirks, renameInMessage, renameInStart } from './quirks.ts'

/**
 * Converse and ConverseStream: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. Events
 * have no type inside; their frames name them.
 */
export const bedrockConverse: WireDefinition = {
  wire: 'bedrock-converse',
  meter: (request, answerId) => new BedrockConverseMeter(request, answerId),
  failure: (_context, error) => bareFailure(error),
  visibleText: (body) => partsText(objectOf(objectOf(body.output).message).content),
  converter: converseConverter,
  quirks: { apply: converseQuirks, renameWhole: renameInMessage, renameEvent: renameInStart },
}
