import type { JsonObject } from '../../../plugins/api.ts'
import { Meter } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'
import { chatUsage } from '../../usage/usage.ts'

/** Reads `openai-embeddings`, which never streams. */
export class OpenaiEmbeddingsMeter extends Meter {
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.whole(data)
  }

  whole(body: JsonObject): void {
    if (body.error || body.object === 'error') {
      this.errorText = JSON.stringify(body)
      return
    }
    if (!Array.isArray(body.data)) {
      this.malformed = 'the answer has no data'
      return
    }
    this.identify(body.id)
    const usage = chatUsage(body.usage)
    if (usage) this.usage = usage
    // Of several vectors a text, Jina says `embeddings`.
    if (!body.data.every((one) => isObject(one) && (one.embedding ?? one.embeddings))) {
      this.malformed = 'the answer has no embeddings'
      return
    }
    this.started = body.data.length > 0
    this.ended = true
    this.finished = true
  }
}
