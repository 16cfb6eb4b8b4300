import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { objects } from '../../read/meter.ts'
import { objectOf, stringOf } from '../../untyped.ts'
import { ollamaChatConverter } from './convert.ts'
import { OllamaChatMeter } from './meter.ts'

/** Ollama's own `/api/chat`, which streams JSON lines. https://docs.ollama.com/api/chat */
export const ollamaChat: WireDefinition = {
  wire: 'ollama-chat',
  meter: (request) => new OllamaChatMeter(request),
  failure: (_context, error) => bareFailure(error),
  visibleText: (body) => stringOf(objectOf(body.message).content),
  upstream: ollamaChatConverter,
  logprobs: { read: ({ logprobs }) => objects(logprobs).map(({ logprob }) => logprob) },
}
