import type { Candidate, RouteRequest, RoutingStrategy } from '../../../../src/plugins/api.ts'
import { PluginRegistry } from '../../../../src/plugins/registry.ts'
import { belief, candidate, REQUEST } from '../../../../src/plugins/testing/candidates.ts'
import { seeded } from '../../../../src/plugins/testing/check.ts'

export { belief, candidate }

const silent = () => {}
const registry = new PluginRegistry({
  directory: import.meta.dirname,
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

/** A built-in strategy as the router makes it. */
export const strategy = (plugin: string, options = {}): Promise<RoutingStrategy> =>
  registry.create('strategy', { id: plugin, plugin, options, place: {}, placeOf: () => ({}) })

/** Ranks once: names of the providers in order, and their propensities and scores. */
export function rank(
  { rank }: RoutingStrategy,
  candidates: readonly Candidate[],
  { seed = 1, ...changes }: Partial<RouteRequest> & { seed?: number } = {},
) {
  const ranked = rank({ ...REQUEST, ...changes }, candidates, { random: seeded(seed), now: 0 })
  const by = (value: 'propensity' | 'score') =>
    Object.fromEntries(ranked.map((one) => [one.endpoint.provider, one[value]]))
  return {
    order: ranked.map(({ endpoint }) => endpoint.provider),
    why: ranked.map(({ why }) => why),
    propensities: by('propensity'),
    scores: by('score'),
  }
}
