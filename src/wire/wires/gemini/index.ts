import type { WireDefinition } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { objectOf } from '../../untyped.ts'
import { COMMENT } from '../openai-chat/index.ts'
import { geminiConverter } from './convert/index.ts'
import { geminiFailure } from './failure.ts'
import { GeminiFold, geminiEvents } from './fold.ts'
import { geminiLogprobs } from './logprobs.ts'
import { GeminiMeter } from './meter.ts'
import { signaturesForGemini } from './own-signatures.ts'
import { geminiQuirks, renameCalls } from './quirks.ts'
import { geminiView, hostedTools } from './view.ts'

/** Gemini's own API, also of Vertex AI. https://ai.google.dev/api/generate-content */
export const gemini: WireDefinition = {
  wire: 'gemini',
  meter: (request, answerId) => new GeminiMeter(request, answerId),
  failure: geminiFailure,
  events: { keepAlive: COMMENT, unfold: geminiEvents, fold: () => new GeminiFold() },
  visibleText: (body) =>
    objects(objectOf(objects(body.candidates)[0]?.content).parts)
      .map((part) => (typeof part.text === 'string' && part.thought !== true ? part.text : ''))
      .join(''),
  request: { addressed: true, view: geminiView, native: signaturesForGemini, hosted: hostedTools },
  converter: geminiConverter,
  logprobs: geminiLogprobs,
  quirks: { apply: geminiQuirks, renameWhole: renameCalls, renameEvent: renameCalls },
}
