import type { JsonObject } from '../plugins/api.ts'
import { configuredEndpoints } from '../routing/catalogue.ts'
import type { Engine } from '../routing/engine.ts'
import type { Breaker } from '../routing/health/breaker.ts'
import type { EndpointStates } from '../server/endpoint-routes.ts'

/** How the configured endpoints do at this moment, and a way for a person to close a breaker. */
export const createEndpointStates = (engine: Engine): EndpointStates => ({
  list: () => [...configuredEndpoints(engine.catalogue)].map((id) => stateOf(engine, id)),
  close: (id) => {
    if (!configuredEndpoints(engine.catalogue).has(id)) return undefined
    engine.state.health.close(id, engine.now())
    return stateOf(engine, id)
  },
})

/** Times in ISO 8601; what is not so is left out. */
function stateOf({ state: { health }, now }: Engine, id: string): JsonObject {
  const at = now()
  const known = health.of(id)
  if (!known) return { endpoint: id, state: 'closed', in_flight: 0 }
  const cap = known.cap.at(at)
  const operations = [...(known.operations ?? [])].map(([operation, { breaker }]) => ({
    operation,
    ...ejection(breaker, at),
  }))
  return {
    endpoint: id,
    ...ejection(known.breaker, at),
    in_flight: known.inFlight,
    ...(Number.isFinite(cap) && { learned_cap: Math.round(10 * cap) / 10 }),
    ...(known.limitedUntil > at && { rests_until: iso(known.limitedUntil) }),
    ...(operations.length > 0 && { operations }),
  }
}

function ejection(breaker: Breaker, now: number): JsonObject {
  const state = breaker.state(now)
  return {
    state,
    ...(breaker.cause !== '' && { last_fault: breaker.cause, ejected_at: iso(breaker.openedAt) }),
    ...(state === 'open' && { retry_at: iso(breaker.openUntil) }),
    ...(state === 'ramping' && { share: Math.round(100 * breaker.share(now)) / 100 }),
  }
}

const iso = (ms: number) => new Date(ms).toISOString()
