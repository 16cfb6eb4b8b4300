import type { WireDefinition } from '../../definition.ts'
import { encodeEvent } from '../../framing/sse.ts'
import { partsText } from '../../read/meter.ts'
import { messagesConverter } from './convert/index.ts'
import { messagesFailure } from './failure.ts'
import { MessagesFold } from './fold.ts'
import { AnthropicMessagesMeter } from './meter.ts'
import { thinkingForMessages } from './own-thinking.ts'
import { messagesQuirks } from './quirks.ts'
import { messagesReferences } from './references.ts'
import { renameInBlockStart, renameInContent } from './rename-tools.ts'
import { messageEvents } from './unfold.ts'

/** Anthropic's Messages API. https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages: WireDefinition = {
  wire: 'anthropic-messages',
  meter: (request, answerId) => new AnthropicMessagesMeter(request, answerId),
  failure: messagesFailure,
  events: {
    endMarker: encodeEvent('message_stop', '{"type":"message_stop"}'),
    // Its own way, which its clients know.
    keepAlive: Buffer.from('event: ping\ndata: {"type": "ping"}\n\n'),
    unfold: messageEvents,
    fold: () => new MessagesFold(),
  },
  visibleText: (body) => partsText(body.content),
  request: { native: thinkingForMessages, references: messagesReferences },
  converter: messagesConverter,
  quirks: { apply: messagesQuirks, renameWhole: renameInContent, renameEvent: renameInBlockStart },
}
