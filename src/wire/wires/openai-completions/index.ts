import type { WireDefinition } from '../../definition.ts'
import { streamEditor } from '../openai-chat/editor.ts'
import { failedChunk } from '../openai-chat/failure.ts'
import { ChatFold } from '../openai-chat/fold.ts'
import { COMMENT, DONE_MARKER } from '../openai-chat/index.ts'
import { type ChoicesShape, completionEdits } from '../openai-chat/openrouter.ts'
import { choicesEvents } from '../openai-chat/unfold.ts'
import { OpenaiCompletionsMeter } from './meter.ts'

const SHAPE: ChoicesShape = { chunk: 'text_completion', whole: 'text_completion', messages: false }

/** Legacy text completions: chat's envelope, with `text` in the choices. */
export const openaiCompletions: WireDefinition = {
  wire: 'openai-completions',
  meter: (request) => new OpenaiCompletionsMeter(request),
  failure: (context, error, meter) => failedChunk(context, error, meter, SHAPE.chunk, { text: '', logprobs: null }),
  events: {
    endMarker: DONE_MARKER,
    keepAlive: COMMENT,
    unfold: (body) => choicesEvents(body, SHAPE.chunk, (choice) => choice),
    fold: () => new ChatFold(SHAPE.whole),
  },
  request: { usageOnDemand: true },
  dialect: {
    editor: (context) => streamEditor(context, SHAPE),
    whole: (body, context) => completionEdits(body, context, SHAPE),
  },
}
