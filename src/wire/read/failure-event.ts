/**
 * The last event of a stream that broke off.
 *
 * No `[DONE]` follows it. Nobody needs it: openai's client throws at an event with `error`, the AI SDK turns it into an
 * error part and reads on to the end of the body, @openrouter/sdk hands the chunk out and takes the end of the body as
 * the end. And a client that takes `[DONE]` for success must not see one. OpenRouter documents the same: the error
 * chunk, "then the stream ends".
 */
import type { InBandError, ReadContext } from '../../routing/codec.ts'
import type { Call } from '../../routing/ports.ts'
import { bareFailure } from '../failure.ts'
import { stringOf } from '../untyped.ts'
import { wireOf } from '../wires/index.ts'
import type { Meter } from './meter.ts'

/** The error as events of the client's wire; the stream ends after them. */
export function failureEvents(context: ReadContext, error: InBandError, meter: Meter): Buffer[] {
  const definition = wireOf(context.call.wire)
  return [definition ? definition.failure(context, error, meter) : bareFailure(error)]
}

/** The error of a stream in which nothing was answered, and no endpoint known. */
export function refusal(call: Call, error: InBandError): Buffer[] {
  const definition = wireOf(call.wire)
  if (!definition) return []
  const context: ReadContext = {
    call,
    wire: call.wire,
    provider: '',
    model: stringOf(call.body.model),
    cost: () => undefined,
  }
  return [definition.failure(context, error, definition.meter(call.body, call.id))]
}
