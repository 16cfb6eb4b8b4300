import { RouterError } from '../../base/errors.ts'
import { type BodyEdits, editBody } from '../../base/json/edit-body.ts'
import type { Writable } from '../../base/writable.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { ReadContext, WholeReading } from '../../routing/codec.ts'
import { wireOf } from '../wires/index.ts'
import { parseAroundBlobs } from './around-blobs.ts'
import { edited } from './converted.ts'
import { isComplete, jsonProblem, wantsJson } from './demanded-json.ts'
import type { Meter } from './meter.ts'
import { differences } from './rewritten.ts'
import { readObject, withoutMark } from './tolerant-json.ts'

/** From the upstream's answer to the client's; absent when both speak the same wire. */
export type WholeConversion = (body: JsonObject) => JsonObject

/** Reads a whole answer, parsed once. The body is the upstream's own bytes when nothing has to change. */
export function readWhole(given: Buffer, meter: Meter, context: ReadContext, convert?: WholeConversion): WholeReading {
  const read = (!convert && aroundBlobs(given, meter)) || readObject(given, convert !== undefined)
  if (!read) return reading(meter, given, 'the answer is not a JSON object')
  const { body, bytes } = read
  meter.whole(body)
  if (meter.errorText !== undefined) {
    // The upstream's own words, not ours.
    meter.errorText = bytes.toString()
    return reading(meter, bytes)
  }
  if (meter.malformed === undefined && isComplete(meter) && wantsJson(context.call.body)) {
    meter.invalidOutput ??= jsonProblem(wireOf(context.wire)?.visibleText?.(body) ?? '')
  }
  if (meter.malformed !== undefined) return reading(meter, bytes)
  const { mended = body } = meter
  if (!convert) {
    const mendings = mended === body ? NO_EDITS : differences(body, mended)
    const edits = both(mendings, dialectEdits(mended, context, meter))
    return reading(meter, edits === NO_EDITS ? bytes : editBody(bytes, edits))
  }
  try {
    const converted = convert(mended)
    return reading(meter, Buffer.from(JSON.stringify(edited(converted, dialectEdits(converted, context, meter)))))
  } catch (error) {
    if (error instanceof RouterError) return reading(meter, bytes, error.message)
    throw error
  }
}

function aroundBlobs(given: Buffer, { blob }: Meter): ReturnType<typeof readObject> {
  if (blob === undefined) return undefined
  const bytes = withoutMark(given)
  const body = parseAroundBlobs(bytes, blob)
  return body && { body, bytes }
}

const NO_EDITS: BodyEdits = {}

/** What the client's dialect asks of an answer in its wire. */
function dialectEdits(body: JsonObject, context: ReadContext, meter: Meter): BodyEdits {
  const { flavour, wire } = context.call
  return (flavour === 'openrouter' && wireOf(wire)?.dialect?.whole(body, context, meter)) || NO_EDITS
}

function both(first: BodyEdits, then: BodyEdits): BodyEdits {
  if (first === NO_EDITS) return then
  return { set: { ...first.set, ...then.set }, remove: [...(first.remove ?? []), ...(then.remove ?? [])] }
}

function reading(meter: Meter, body: Buffer, malformed = meter.malformed): WholeReading {
  const { started, finished, errorText, usage, finishReason, upstreamId, keptIds, outputChars, toolCalls } = meter
  // Assigned, since a spread for each would cost more than all the rest.
  const read: Writable<WholeReading> = { started, finished, outputChars, toolCalls, body }
  if (errorText !== undefined) read.errorText = errorText
  if (malformed !== undefined) read.malformed = malformed
  if (meter.invalidOutput !== undefined) read.invalidOutput = meter.invalidOutput
  if (usage) read.usage = usage
  if (finishReason !== undefined) read.finishReason = finishReason
  if (upstreamId !== undefined) read.upstreamId = upstreamId
  if (keptIds) read.keptIds = keptIds
  return read
}
