import type { JsonObject } from '../../../plugins/api.ts'
import { Meter } from '../../read/meter.ts'
import { responsesUsage } from '../../usage/usage.ts'
import { keptIds } from '../openai-responses/kept-ids.ts'

/** Reads what a conversation was compacted to: items, one of which only its maker can read. */
export class CompactMeter extends Meter {
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.whole(data)
  }

  whole(body: JsonObject): void {
    if (body.error) {
      this.errorText = JSON.stringify(body)
      return
    }
    if (!Array.isArray(body.output)) {
      this.malformed = 'the answer has no output'
      return
    }
    this.identify(body.id)
    this.keptIds = keptIds(body)
    const usage = responsesUsage(body.usage, body.service_tier)
    if (usage) this.usage = usage
    this.started = true
    this.ended = true
    this.finish('stop')
  }
}
