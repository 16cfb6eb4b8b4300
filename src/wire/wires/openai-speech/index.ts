import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { SpeechMeter } from './meter.ts'
import { SpokenBytes, speechWork } from './spoken-bytes.ts'

/**
 * Text spoken: bytes of audio, or events when `stream_format` is `sse`.
 * https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
export const openaiSpeech: WireDefinition = {
  wire: 'openai-speech',
  meter: (request) => new SpeechMeter(request),
  failure: (_context, error) => bareFailure(error),
  request: { work: speechWork },
  bytes: (request) => new SpokenBytes(request),
}
