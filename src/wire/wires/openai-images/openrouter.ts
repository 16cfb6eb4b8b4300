/** OpenRouter's dialect of OpenAI's images: usage in the words of chats, with its cost, and always when it began. */

import type { BodyEdits } from '../../../base/json/edit-body.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { ReadContext } from '../../../routing/codec.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import type { Meter } from '../../read/meter.ts'
import { rewritten } from '../../read/rewritten.ts'
import type { Edit, StreamEditor } from '../../read/tap.ts'
import { compact, objectOf } from '../../untyped.ts'
import { mediaUsage } from '../../usage/media-usage.ts'
import { imageWork } from './work.ts'

/** https://openrouter.ai/docs/api-reference/images; images themselves are not touched: they are large. */
export const imagesEdits = (body: JsonObject, context: ReadContext, meter: Meter): BodyEdits => ({
  set: { created: beganAt(body, context), usage: usageOf(body, meter.usage && context.cost(meter.usage)) },
})

/** The same of the event that ends an image. */
export class ImagesEditor implements StreamEditor {
  readonly careful = true
  readonly #context: ReadContext

  constructor(context: ReadContext) {
    this.#context = context
  }

  skimmed(): undefined {
    return undefined
  }

  parsed(event: SseEvent, data: JsonObject): Edit {
    if (!String(data.type).endsWith('.completed')) return 'keep'
    const context = this.#context
    const cost = context.cost({ ...imageWork(context.call.body), ...mediaUsage(data.usage), images: 1 })
    const edited = rewritten(event, { set: { created: beganAt(data, context), usage: usageOf(data, cost) } })
    return edited === event ? 'keep' : edited.raw
  }
}

function beganAt({ created, created_at }: JsonObject, { call }: ReadContext): number {
  const at = created ?? created_at
  return Number.isInteger(at) ? (at as number) : Math.floor(call.time / 1000)
}

function usageOf(body: JsonObject, cost: number | undefined): JsonObject {
  const usage = objectOf(body.usage)
  const counted = mediaUsage(usage)
  const [prompt, completion] = [counted?.inputTokens ?? 0, counted?.outputTokens ?? 0]
  return compact({
    ...usage,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cost: typeof usage.cost === 'number' ? usage.cost : cost,
  })
}
