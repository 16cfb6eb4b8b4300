import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { COMMENT } from '../openai-chat/index.ts'
import { TranscriptFold, transcriptEvents } from './events.ts'
import { TranscriptMeter } from './meter.ts'
import { isPlain, transcriptionWork } from './work.ts'

/**
 * Speech written down: JSON, plain text, subtitles or events.
 * https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
export const openaiTranscriptions: WireDefinition = {
  wire: 'openai-transcriptions',
  meter: (request) => new TranscriptMeter(request),
  failure: (_context, error) => bareFailure(error),
  events: { keepAlive: COMMENT, unfold: transcriptEvents, fold: () => new TranscriptFold() },
  request: { work: transcriptionWork },
  isPlain,
}

/** The same, in English whatever was spoken. https://platform.openai.com/docs/api-reference/audio/createTranslation */
export const openaiTranslations: WireDefinition = { ...openaiTranscriptions, wire: 'openai-translations' }
