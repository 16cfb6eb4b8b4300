import type { Connection } from '../base/outbound.ts'
import type {
  HeadersConfig,
  ModelConfig,
  ParamsConfig,
  PassthroughConfig,
  SelectConfig,
  Timeouts,
} from '../config/types.ts'
import type { DataPolicy, Endpoint, ProviderAdapter, RoutingStrategy } from '../plugins/api.ts'
import type { Health } from './health/health.ts'

/** A provider that is ready to be asked. */
export interface Provider {
  readonly id: string
  readonly adapter: ProviderAdapter
  /** The provider that it is a further account of. Absent: it is one itself. */
  readonly account?: string
  /** Strings that must never appear in a log or an answer: the values of its secret options, and tokens in use. */
  secrets: readonly string[]
  /** What the operator says of it, for all its models. */
  readonly dataPolicy?: DataPolicy
  /** Absent: in the usual way. */
  readonly connection?: Connection
  /** The trace headers of a client's request are sent on. */
  readonly traceHeaders?: boolean
  /** Absent: its other paths are not passed through. */
  readonly passthrough?: PassthroughConfig
  /** The same service with a client's own key in place of the operator's. Throws ROUTER_BYOK_PROVIDER. */
  readonly withKey?: (key: string) => Promise<Provider>
  /** It is an account of the client's own. Absent: the operator's. */
  readonly own?: OwnAccount
}

/** Of a client that brought its key. */
export interface OwnAccount {
  /** How its endpoints fare, which says nothing of the operator's account. */
  readonly health: Health
  /** Where it fails the operator's accounts may be asked. */
  readonly allowFallbacks: boolean
}

/** An endpoint together with who serves it and what the operator allows it. */
export interface Route {
  readonly endpoint: Endpoint
  readonly provider: Provider
  readonly limits: { readonly rpm?: number; readonly tpm?: number }
  /** Absent: as in routing. */
  readonly timeouts?: Timeouts
  /** What is changed in requests, by the provider and by the endpoint. Absent: nothing. */
  readonly params?: { readonly provider: readonly ParamsConfig[]; readonly endpoint: readonly ParamsConfig[] }
  /** Headers in place of the adapter's, null for none. Absent: nothing is changed. */
  readonly headers?: HeadersConfig
  /** See `EndpointConfig`. */
  readonly keepWarm?: true | number
  /** Place in its model's list. */
  readonly position: number
}

export interface RoutableModel {
  readonly name: string
  readonly description?: string
  /** Of a model that is published, for people; and the day of its release, `2026-03-05`. */
  readonly title?: string
  readonly released?: string
  readonly routes: readonly Route[]
  readonly strategy: { readonly name: string; readonly instance: RoutingStrategy }
  readonly fallbacks: ModelConfig['fallbacks']
  /** Absent: as in routing. */
  readonly timeouts?: Timeouts
  /** Not a model itself but a choice among these; then it has no routes. */
  readonly select?: SelectConfig & { readonly priors: ReadonlyMap<string, QualityPrior> }
}

/** Where learning how good a model's answers are begins. */
export interface QualityPrior {
  /** Share of its answers that are good. */
  readonly quality: number
  /** What the guess is worth, in opinions. */
  readonly weight: number
  /** Who says so: a benchmark's name, or `list`, its place in the list; absent: the operator. */
  readonly source?: string
}

/** Everything that can be routed to under one configuration; replaced as a whole on reload. */
export interface Catalogue {
  readonly version: string
  readonly models: ReadonlyMap<string, RoutableModel>
  readonly providers: ReadonlyMap<string, Provider>
  /** What `provider.sort: exacto` and `:exacto` order by. */
  readonly exacto: RoutableModel['strategy']
  /** The model that a name stands for that no model has: wildcards, canonical names. */
  readonly named: (name: string) => RoutableModel | undefined
  /** Models that no configuration names: those that are published of providers that offer all they have. */
  readonly known: () => ReadonlyMap<string, RoutableModel>
  /** Makes the model for a direct `provider/upstream-model` name. */
  readonly direct: (provider: Provider, upstreamModel: string) => RoutableModel
}

/** Every model that is listed: those of the configuration first. */
export const listedModels = ({ models, known }: Catalogue): readonly RoutableModel[] => [
  ...models.values(),
  ...known().values(),
]

/** One that is listed. */
export const listedModel = ({ models, known }: Catalogue, name: string): RoutableModel | undefined =>
  models.get(name) ?? known().get(name)

const ENDPOINTS = new WeakMap<Catalogue, ReadonlySet<string>>()

/** Ids of the endpoints that are configured, unlike those that clients name as `provider/upstream-model`. */
export function configuredEndpoints(catalogue: Catalogue): ReadonlySet<string> {
  let ids = ENDPOINTS.get(catalogue)
  if (!ids) {
    ids = new Set([...catalogue.models.values()].flatMap((model) => model.routes.map((route) => route.endpoint.id)))
    ENDPOINTS.set(catalogue, ids)
  }
  return ids
}

/** Ids of all endpoints that clients are offered, by model: what may be used in place of each other. */
export const offeredEndpoints = (catalogue: Catalogue): string[][] =>
  listedModels(catalogue).map(({ routes }) => routes.map(({ endpoint }) => endpoint.id))

/** A route to an endpoint by its id, `<provider>/<upstream model>`, configured or not. */
export function routeOf(catalogue: Catalogue, id: string): Route | undefined {
  for (const { routes } of catalogue.models.values())
    for (const route of routes) if (route.endpoint.id === id) return route
  const slash = id.indexOf('/')
  const provider = slash < 0 ? undefined : catalogue.providers.get(id.slice(0, slash))
  return provider && catalogue.direct(provider, id.slice(slash + 1)).routes[0]
}

/** As what is passed through to a provider is recorded, whatever it concerns. */
export const anyOf = (provider: string) => `${provider}/*`

/** One that is configured, or `provider/*` of a configured provider. */
export const isKnownEndpoint = (catalogue: Catalogue, id: string): boolean =>
  configuredEndpoints(catalogue).has(id) || (id.endsWith('/*') && catalogue.providers.has(id.slice(0, -2)))
