import type { JsonObject } from '../../../plugins/api.ts'
import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { BodyMeter } from '../../read/body-meter.ts'
import { costEdits } from '../../read/cost-edits.ts'
import { chatUsage } from '../../usage/usage.ts'

/** Verdicts on texts and images. Mistral's have `usage`; OpenAI's cost nothing and have none. */
class ModerationsMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (!Array.isArray(body.results)) {
      this.malformed = 'the answer has no results'
      return
    }
    this.identify(body.id)
    this.started = body.results.length > 0
    this.usage = chatUsage(body.usage) ?? NONE
  }
}

/** A call that says nothing of tokens used none that anybody pays for. */
const NONE = {}

/** https://platform.openai.com/docs/api-reference/moderations */
export const openaiModerations: WireDefinition = {
  wire: 'openai-moderations',
  meter: () => new ModerationsMeter(),
  failure: (_context, error) => bareFailure(error),
  dialect: { whole: costEdits },
}
