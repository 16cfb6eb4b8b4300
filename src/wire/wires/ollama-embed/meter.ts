import type { JsonObject } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { ollamaUsage } from '../ollama-chat/usage.ts'

/** Reads `ollama-embed`. */
export class OllamaEmbedMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!Array.isArray(body.embeddings)) {
      this.malformed = 'the answer has no embeddings'
      return
    }
    const usage = ollamaUsage(body)
    if (usage) this.usage = usage
    this.started = body.embeddings.length > 0
  }
}
