import type { JsonObject } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { isObject } from '../../untyped.ts'
import { geminiUsage } from '../gemini/usage.ts'

/** Reads `gemini-embeddings` and `gemini-batch-embeddings`. */
export class GeminiEmbeddingsMeter extends BodyMeter {
  protected read({ embedding, embeddings, usageMetadata }: JsonObject): void {
    if (!isObject(embedding) && !Array.isArray(embeddings)) {
      this.malformed = 'the answer has no embeddings'
      return
    }
    const usage = geminiUsage(usageMetadata)
    if (usage) this.usage = usage
    this.started = isObject(embedding) || (embeddings as unknown[]).length > 0
  }
}
