import type { JsonObject } from '../../../plugins/api.ts'
import { Meter } from '../../read/meter.ts'
import { isErrorGiven, isObject } from '../../untyped.ts'
import { geminiUsage } from '../gemini/usage.ts'

/** Reads `gemini-embeddings` and `gemini-batch-embeddings`, which never stream. */
export class GeminiEmbeddingsMeter extends Meter {
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.whole(data)
  }

  whole(body: JsonObject): void {
    if (isErrorGiven(body.error)) {
      this.errorText = JSON.stringify(body)
      return
    }
    const { embedding, embeddings } = body
    if (!isObject(embedding) && !Array.isArray(embeddings)) {
      this.malformed = 'the answer has no embeddings'
      return
    }
    const usage = geminiUsage(body.usageMetadata)
    if (usage) this.usage = usage
    this.started = isObject(embedding) || (embeddings as unknown[]).length > 0
    this.ended = true
    this.finished = true
  }
}
