import type { ProviderCall } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { Codec, EncodedCall } from '../codec.ts'
import { keeperOf } from '../conversation/owners.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import { wireFor } from '../plan/wire-for.ts'
import type { Call } from '../ports.ts'
import type { AttemptContext } from './context.ts'
import { encodeOptions, notTranslatable } from './encode-options.ts'
import { FormCall } from './form-call.ts'

/** The request as its endpoint takes it. Throws a RouterError when it cannot be said in the endpoint's wire. */
export function encodeFor({ asksLogprobs, core, call }: AttemptContext, { route }: PlannedRoute): EncodedCall {
  try {
    const own = callFor(core.codec, call, route)
    const asked = asksLogprobs && mayGiveLogprobs(route) ? core.codec.withLogprobs(own) : own
    return core.codec.encode(asked, wireFor(core.codec, call, route)!, encodeOptions(route))
  } catch (error) {
    throw notTranslatable(error)
  }
}

/** Who keeps what it refers to gets it as it came, anybody else in full. */
const callFor = (codec: Codec, call: Call, route: Route): Call =>
  call.held?.whole || call.sealed ? callInFull(codec, call, route) : call

function callInFull(codec: Codec, call: Call, { endpoint }: Route): Call {
  const { held, sealed } = call
  const keeper = keeperOf(endpoint)
  const whole = held?.whole && held.keeper !== keeper ? { ...call, ...held.whole } : call
  const isForeign = (seal: string): boolean => (sealed?.get(seal) ?? keeper) !== keeper
  return sealed && [...sealed.values()].some((maker) => maker !== keeper)
    ? codec.withoutSealed(whole, isForeign)
    : whole
}

/** Nothing is known of what it takes, or that it does. */
export const mayGiveLogprobs = ({ endpoint: { parameters } }: Route): boolean =>
  parameters === undefined || parameters.includes('logprobs')

/** What the adapter is given. */
export function callToSend(call: Call, encoded: EncodedCall): ProviderCall {
  if (encoded.pieces) return new FormCall(call, encoded, encoded.pieces)
  const { id, operation, stream, contentType, headers } = call
  const { wire, body, json } = encoded
  return { id, operation, wire, stream, contentType, headers, body, json }
}
