import { RouterError, reasonOf } from '../../base/errors.ts'
import type { Quirks, Wire } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'
import type { EncodeOptions } from '../codec.ts'
import { withParams } from './own-params.ts'

/** The same object for a route each time, so that a codec can keep what it derives from it. */
const ENCODE_OPTIONS = new WeakMap<Route, EncodeOptions>()

export function encodeOptions(route: Route): EncodeOptions {
  let options = ENCODE_OPTIONS.get(route)
  if (!options) {
    const { endpoint, provider } = route
    options = {
      upstreamModel: endpoint.model,
      maker: `${provider.id}/${endpoint.model}`,
      streamUsage: provider.adapter.streamUsage ?? true,
      routingFields: provider.adapter.routingFields ?? false,
      ...(endpoint.maxOutputTokens !== undefined && { maxOutputTokens: endpoint.maxOutputTokens }),
      ...((provider.adapter.quirks || route.params) && { quirks: quirksByWire(route) }),
    }
    ENCODE_OPTIONS.set(route, options)
  }
  return options
}

/** Asked of the adapter once per wire. */
function quirksByWire({ provider: { adapter }, endpoint: { model }, params }: Route) {
  const known = new Map<Wire, Quirks | undefined>()
  return (wire: Wire): Quirks | undefined => {
    if (!known.has(wire)) {
      const quirks = adapter.quirks?.(wire, model)
      known.set(wire, params ? withParams(quirks, wire, adapter, params) : quirks)
    }
    return known.get(wire)
  }
}

/** Why a request could not be translated. */
export function notTranslatable(error: unknown): RouterError {
  if (error instanceof RouterError) return error
  // Deep nesting overflows the stack of whoever walks it.
  if (error instanceof RangeError) return new RouterError('ROUTER_TOO_DEEP')
  return new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) }, { cause: error })
}
