import type { BodyEdits } from '../../base/json/edit-body.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { ReadContext } from '../../routing/codec.ts'
import { isObject } from '../untyped.ts'
import type { Meter } from './meter.ts'

/** OpenRouter's `cost` in an answer that has a plain `usage`. */
export function costEdits(body: JsonObject, context: ReadContext, meter: Meter): BodyEdits {
  const cost = meter.usage && context.cost(meter.usage)
  return isObject(body.usage) && cost !== undefined && typeof body.usage.cost !== 'number'
    ? { set: { usage: { ...body.usage, cost } } }
    : {}
}
