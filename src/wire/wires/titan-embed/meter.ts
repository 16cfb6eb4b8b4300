import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { text } from '../../read/meter.ts'
import { count } from '../../usage/usage.ts'

/** Reads `titan-embed`. */
export class TitanEmbedMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!Array.isArray(body.embedding)) {
      if (text(body.message) === undefined) this.malformed = 'the answer has no embedding'
      else this.errorText = JSON.stringify(body)
      return
    }
    const usage = titanUsage(body)
    if (usage) this.usage = usage
    this.started = body.embedding.length > 0
  }
}

export function titanUsage({ inputTextTokenCount }: JsonObject): Usage | undefined {
  const inputTokens = count(inputTextTokenCount)
  return inputTokens === undefined ? undefined : { inputTokens }
}
