import type { WireDefinition } from '../../definition.ts'
import { encodeEvent } from '../../framing/sse.ts'
import { objects, partsText } from '../../read/meter.ts'
import { objectOf } from '../../untyped.ts'
import { streamEditor } from './editor.ts'
import { chatFailure } from './failure.ts'
import { ChatFold } from './fold.ts'
import { chatLogprobs } from './logprobs.ts'
import { OpenaiChatMeter } from './meter.ts'
import { type ChoicesShape, chunkEdits, completionEdits } from './openrouter.ts'
import { chatQuirks } from './quirks.ts'
import { inChoices } from './rename-tools.ts'
import { chatDelta, choicesEvents } from './unfold.ts'

export const DONE_MARKER = encodeEvent(undefined, '[DONE]')
/** A comment of server-sent events. */
export const COMMENT = Buffer.from(': keep-alive\n\n')

const SHAPE: ChoicesShape = { chunk: 'chat.completion.chunk', whole: 'chat.completion', messages: true }

/** Chat completions: the hub wire. https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: WireDefinition = {
  wire: 'openai-chat',
  meter: (request, answerId) => new OpenaiChatMeter(request, answerId),
  failure: chatFailure,
  events: {
    endMarker: DONE_MARKER,
    keepAlive: COMMENT,
    unfold: (body) => choicesEvents(body, SHAPE.chunk, chatDelta),
    fold: () => new ChatFold(SHAPE.whole),
  },
  visibleText(body) {
    const { content } = objectOf(objects(body.choices)[0]?.message)
    return typeof content === 'string' ? content : partsText(content)
  },
  request: { usageOnDemand: true },
  logprobs: chatLogprobs,
  dialect: {
    editor: (context) => streamEditor(context, SHAPE),
    event: (data, context) => chunkEdits(data, context, SHAPE),
    whole: (body, context) => completionEdits(body, context, SHAPE),
  },
  quirks: {
    apply: chatQuirks,
    renameWhole: (body, change) => inChoices(body, 'message', change),
    renameEvent: (data, change) => inChoices(data, 'delta', change),
  },
}
