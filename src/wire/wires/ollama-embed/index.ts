import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { ollamaEmbedConverter } from './convert.ts'
import { OllamaEmbedMeter } from './meter.ts'

/** Ollama's own `/api/embed`. https://docs.ollama.com/api/embed */
export const ollamaEmbed: WireDefinition = {
  wire: 'ollama-embed',
  meter: () => new OllamaEmbedMeter(),
  failure: (_context, error) => bareFailure(error),
  upstream: ollamaEmbedConverter,
}
