import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { objectOf } from '../../untyped.ts'
import { contentText } from '../openai-chat/spoken.ts'
import { cohereChatConverter } from './convert.ts'
import { CohereChatMeter } from './meter.ts'
import { cohereQuirks, renameInEvent, renameInMessage } from './quirks.ts'

/** Cohere's `/v2/chat`. https://docs.cohere.com/reference/chat */
export const cohereChat: WireDefinition = {
  wire: 'cohere-chat',
  meter: (request, answerId) => new CohereChatMeter(request, answerId),
  failure: (_context, error) => bareFailure(error),
  visibleText: (body) => contentText(objectOf(body.message).content),
  upstream: cohereChatConverter,
  quirks: { apply: cohereQuirks, renameWhole: renameInMessage, renameEvent: renameInEvent },
}
