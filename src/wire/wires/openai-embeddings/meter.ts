import type { JsonObject } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { isObject } from '../../untyped.ts'
import { chatUsage } from '../../usage/usage.ts'

/** Reads `openai-embeddings`. */
export class OpenaiEmbeddingsMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!Array.isArray(body.data)) {
      this.malformed = 'the answer has no data'
      return
    }
    this.identify(body.id)
    const usage = chatUsage(body.usage)
    if (usage) this.usage = usage
    // Of several vectors a text, Jina says `embeddings`.
    if (body.data.every((one) => isObject(one) && (one.embedding ?? one.embeddings)))
      this.started = body.data.length > 0
    else this.malformed = 'the answer has no embeddings'
  }
}
