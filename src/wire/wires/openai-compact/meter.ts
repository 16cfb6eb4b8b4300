import type { JsonObject } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { responsesUsage } from '../../usage/usage.ts'
import { keptIds } from '../openai-responses/kept-ids.ts'

/** Reads what a conversation was compacted to: items, one of which only its maker can read. */
export class CompactMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!Array.isArray(body.output)) {
      this.malformed = 'the answer has no output'
      return
    }
    this.identify(body.id)
    this.keptIds = keptIds(body)
    const usage = responsesUsage(body.usage, body.service_tier)
    if (usage) this.usage = usage
    this.started = true
    this.finish('stop')
  }
}
