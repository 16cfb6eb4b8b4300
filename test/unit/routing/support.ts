import type { Candidate, Endpoint } from '../../../src/plugins/api.ts'
import { belief, candidate } from '../../../src/plugins/testing/candidates.ts'
import type { Catalogue, RoutableModel, Route } from '../../../src/routing/catalogue.ts'
import { PlannedRoute } from '../../../src/routing/plan/planned-route.ts'
import { RankedRoute } from '../../../src/routing/plan/ranked-route.ts'

export { belief }

/** A route to `PROVIDER/model`, with `@region` if given. */
export function routeTo(provider: string, endpoint: Partial<Endpoint> = {}): Route {
  const { region } = endpoint
  const id = `${provider}/model${region === undefined ? '' : `@${region}`}`
  return {
    endpoint: { id, provider, model: 'model', weight: 1, ...endpoint },
    provider: { id: provider, adapter: { wires: {} } as never, secrets: [] },
    limits: {},
    position: 0,
  }
}

export function placed(
  provider: string,
  propensity: number,
  changes: Partial<Omit<Candidate, 'endpoint'>> = {},
  region?: string,
): PlannedRoute {
  const route = routeTo(provider, region === undefined ? {} : { region })
  const { endpoint } = route
  const ranked = { endpoint, score: 1, propensity, why: 'ranked' }
  return new PlannedRoute(new RankedRoute(route, { ...candidate(provider, changes), endpoint }, 'm', ranked), 0)
}

export const orderOf = (entries: readonly PlannedRoute[]) =>
  entries.map(({ endpoint, propensity }) => [endpoint.provider, propensity])

/** A catalogue of models named by the keys, with their fallbacks; `openrouter` and `local` are providers. */
export function catalogueOf(models: Record<string, RoutableModel['fallbacks']>): Catalogue {
  const model = (name: string, fallbacks: RoutableModel['fallbacks'] = []) =>
    ({ name, routes: [], fallbacks, strategy: { name: 'priority', instance: { rank: () => [] } } }) as RoutableModel
  const providers = ['openrouter', 'local'].map((id) => [id, routeTo(id).provider] as const)
  return {
    version: '1',
    models: new Map(Object.entries(models).map(([name, fallbacks]) => [name, model(name, fallbacks)])),
    providers: new Map(providers),
    exacto: { name: 'exacto', instance: { rank: () => [] } },
    named: () => undefined,
    known: () => new Map(),
    direct: (provider, upstreamModel) => model(`${provider.id}/${upstreamModel}`),
  }
}
