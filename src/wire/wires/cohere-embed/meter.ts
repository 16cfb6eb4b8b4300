import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { text } from '../../read/meter.ts'
import { isObject, objectOf } from '../../untyped.ts'
import { count } from '../../usage/usage.ts'

/** Reads `cohere-embed`. */
export class CohereEmbedMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!isObject(body.embeddings)) {
      if (text(body.message) === undefined) this.malformed = 'the answer has no embeddings'
      else this.errorText = JSON.stringify(body)
      return
    }
    this.identify(body.id)
    const usage = embedUsage(body)
    if (usage) this.usage = usage
    this.started = Object.values(body.embeddings).some((list) => Array.isArray(list) && list.length > 0)
  }
}

/** `meta.billed_units`: tokens of texts, and since its fourth model tokens of images beside them. */
export function embedUsage(body: JsonObject): Usage | undefined {
  const { input_tokens, image_tokens } = objectOf(objectOf(body.meta).billed_units)
  const texts = count(input_tokens)
  const images = count(image_tokens)
  if (texts === undefined && images === undefined) return undefined
  return { inputTokens: (texts ?? 0) + (images ?? 0), ...(images && { imageInputTokens: images }) }
}
