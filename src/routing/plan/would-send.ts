import { RouterError } from '../../base/errors.ts'
import type { JsonObject } from '../../plugins/api.ts'
import { encodeOptions } from '../attempt/encode-options.ts'
import type { Catalogue, RoutableModel, Route } from '../catalogue.ts'
import type { Codec } from '../codec.ts'
import type { Call } from '../ports.ts'
import { resolve, type Step } from '../resolve/resolve.ts'
import type { EngineState } from '../state/state.ts'
import { filterRoutes } from './filter.ts'
import { wireFor } from './wire-for.ts'

/** A request as an endpoint would get it. */
export interface WouldSend {
  /** `<provider>/<upstream model>`; the model's name where no endpoint could be asked. */
  readonly endpoint: string
  /** The upstream's name. */
  readonly model: string
  readonly body: JsonObject
}

/** Whether somebody can be asked for the count that `call` wants, and is well enough. Throws as `resolve`. */
export function canBeCounted(
  catalogue: Catalogue,
  codec: Codec,
  health: EngineState['countingHealth'],
  call: Call,
  now: number,
): boolean {
  const [{ model }] = resolve(catalogue, codec.describe(call).asked) as [Step]
  return routesOf(catalogue, model).some(
    (route) => wireFor(codec, call, route) !== undefined && health.available(route.endpoint.id, now, call.operation),
  )
}

/**
 * What the request that `call` counts would look like at the first endpoint that could answer it. Throws as `resolve`.
 */
export function wouldSend(catalogue: Catalogue, codec: Codec, counting: Call): WouldSend {
  const call: Call = { ...counting, operation: 'chat', wire: codec.counted(counting.wire) ?? counting.wire }
  const { asked, demand } = codec.describe(call)
  const [{ model, preferences }] = resolve(catalogue, asked) as [Step]
  const { eligible } = filterRoutes(routesOf(catalogue, model), {
    model: model.name,
    preferences,
    demand,
    inputTokens: 0,
    operation: call.operation,
    wire: call.wire,
    speaks: (route) => wireFor(codec, call, route) !== undefined,
    limit: () => undefined,
  })
  for (const route of eligible) {
    try {
      const { json } = codec.encode(call, wireFor(codec, call, route)!, encodeOptions(route))
      return { endpoint: route.endpoint.id, model: route.endpoint.model, body: json() }
    } catch (error) {
      // It cannot be said in this one's wire.
      if (!(error instanceof RouterError || error instanceof RangeError)) throw error
    }
  }
  const anyone = model.routes[0]?.endpoint
  return { endpoint: anyone?.id ?? model.name, model: anyone?.model ?? model.name, body: call.body }
}

/** Of a selector, those of the models that it selects from. */
const routesOf = (catalogue: Catalogue, { routes, select }: RoutableModel): readonly Route[] =>
  select ? select.from.flatMap((name) => catalogue.models.get(name)?.routes ?? []) : routes
