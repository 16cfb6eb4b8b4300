import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { joined } from '../../usage/media-usage.ts'
import { rerankUsage } from './usage.ts'
import { rerankWork } from './work.ts'

/** Reads documents in a new order, in any of the shapes of rerankers: a list `results`, or `data` (Voyage). */
export class RerankMeter extends BodyMeter {
  readonly #asked: Usage

  constructor(request: JsonObject) {
    super()
    this.#asked = rerankWork(request)
  }

  protected read(body: JsonObject): void {
    const results = body.results ?? body.data
    if (!Array.isArray(results)) {
      this.malformed = 'the answer has no results'
      return
    }
    this.identify(body.id)
    this.started = results.length > 0
    this.usage = joined(this.#asked, rerankUsage(body))
  }
}
