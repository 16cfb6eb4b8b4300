import { BoundedMap } from '../base/bounded-map.ts'
import type { KnownModel } from '../catalogue/known-model.ts'
import { openCatalogue } from '../catalogue/updates.ts'
import { atEachAccount } from '../config/accounts.ts'
import { stateDirectory } from '../config/find.ts'
import type { Config, EndpointConfig, HeadersConfig, ModelConfig, ProviderConfig } from '../config/types.ts'
import type { Endpoint, RoutingStrategy } from '../plugins/api.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { secretsIn } from '../plugins/secrets.ts'
import type { Catalogue, Provider, RoutableModel, Route } from '../routing/catalogue.ts'
import { discoveredIn } from './discovery.ts'
import { knownModels, type ModelSources, serviceOf } from './known-models.ts'
import { ownAccount } from './own-account.ts'
import { qualityPriors } from './quality-priors.ts'
import { isWildcard, wildcardModels } from './wildcards.ts'

/** Direct `provider/any-model` names remembered; they come from clients. */
const DIRECT_LIMIT = 1000

const EXACTO = { id: 'exacto', plugin: 'exacto', options: {}, place: {}, placeOf: () => ({}) }

/** Creates the providers and strategies of a configuration. Throws ROUTER_PLUGIN_* at the first that cannot be used. */
export async function buildCatalogue(config: Config, registry: PluginRegistry): Promise<Catalogue> {
  await registry.load(config.plugins)
  const catalogue = openCatalogue(stateDirectory(config))
  const providers = new Map<string, Provider>()
  const headers = headersByProvider(config)
  for (const use of config.providers.values())
    providers.set(use.id, await createProvider(use, registry, headers.get(use.id) ?? []))
  const standard = {
    name: config.routing.strategy.plugin,
    instance: await registry.create('strategy', config.routing.strategy),
  }
  const strategies = new Map<ModelConfig, Strategy>()
  for (const model of config.models.values())
    if (model.strategy)
      strategies.set(model, {
        name: model.strategy.plugin,
        instance: await registry.create('strategy', model.strategy),
      })
  const make = (model: ModelConfig, written = model): RoutableModel =>
    routableModel(model, { config, providers, catalogue }, strategies.get(written) ?? standard)
  const written = [...config.models.values()]
  const models = new Map(written.filter(({ name }) => !isWildcard(name)).map((model) => [model.name, make(model)]))
  const known = knownModels(
    { config, providers, catalogue },
    ({ endpoints, ...model }) =>
      make({ ...model, endpoints: endpoints.flatMap((endpoint) => atEachAccount(endpoint, config.providers)) }),
    discoveredIn(config),
  )
  const wildcard = wildcardModels(
    written.filter(({ name }) => isWildcard(name)),
    make,
  )
  const named = (name: string) => wildcard(name) ?? known.named(name)
  const direct = directModels({ config, providers, catalogue }, standard)
  const exacto =
    standard.name === 'exacto' ? standard : { name: 'exacto', instance: await registry.create('strategy', EXACTO) }
  return { version: config.version, models, providers, exacto, named, known: known.all, direct }
}

/** What is sent to each besides its own headers. */
function headersByProvider({ models }: Config): ReadonlyMap<string, HeadersConfig[]> {
  const found = new Map<string, HeadersConfig[]>()
  for (const { endpoints } of models.values())
    for (const { provider, headers } of endpoints)
      if (headers) found.set(provider, [...(found.get(provider) ?? []), headers])
  return found
}

/** `headers`: of its endpoints, whose values may be secrets as its own may. */
async function createProvider(
  use: ProviderConfig,
  registry: PluginRegistry,
  headers: readonly HeadersConfig[],
): Promise<Provider> {
  const adapter = await registry.create('provider', use)
  const { schema } = await registry.find('provider', use)
  const { connection, traceHeaders, passthrough, dataPolicy } = use
  const options = await registry.options('provider', use)
  const provider: Provider = {
    id: use.id,
    adapter,
    secrets: [
      ...secretsIn(schema, options, use.fromEnv),
      ...secretsIn({}, { proxy: connection?.proxy }),
      ...secretsIn({ writeOnly: true }, headers),
    ],
    ...(use.account !== undefined && { account: use.account }),
    ...(connection && { connection }),
    ...(traceHeaders && { traceHeaders }),
    ...(passthrough && { passthrough }),
    ...(dataPolicy && { dataPolicy }),
  }
  const withKey = ownAccount(provider, use, schema, registry)
  return withKey ? { ...provider, withKey } : provider
}

type Strategy = { readonly name: string; readonly instance: RoutingStrategy }

/** What routes are made from. */
interface RouteParts extends ModelSources {
  readonly providers: ReadonlyMap<string, Provider>
}

function routableModel(model: ModelConfig, parts: RouteParts, strategy: Strategy): RoutableModel {
  const { config } = parts
  const routes = model.endpoints.map((endpoint, position) => {
    const route = routeTo(endpoint, parts, position)
    if (!model.timeouts && !endpoint.timeouts) return route
    return { ...route, timeouts: { ...config.routing.timeouts, ...model.timeouts, ...endpoint.timeouts } }
  })
  return {
    name: model.name,
    ...(model.description !== undefined && { description: model.description }),
    routes,
    strategy,
    fallbacks: model.fallbacks,
    ...(model.timeouts && { timeouts: { ...config.routing.timeouts, ...model.timeouts } }),
    ...(model.select && { select: { ...model.select, priors: qualityPriors(model.select, config.models) } }),
  }
}

function directModels(parts: RouteParts, strategy: Strategy): Catalogue['direct'] {
  const known = new BoundedMap<string, RoutableModel>(DIRECT_LIMIT)
  return (provider, upstreamModel) => {
    const name = `${provider.id}/${upstreamModel}`
    const found = known.get(name)
    if (found) return found
    const endpoint = { provider: provider.id, model: upstreamModel, weight: 1, place: {} }
    const endpoints = provider.account === undefined ? atEachAccount(endpoint, parts.config.providers) : [endpoint]
    const routes = endpoints.map((each, position) => routeTo(each, parts, position))
    const model = { name, routes, strategy, fallbacks: [] }
    known.set(name, model)
    return model
  }
}

/**
 * What the operator says of an endpoint beats what its adapter knows, and that what is published of the model. Nothing
 * of this is looked up while a request is under way.
 */
function routeTo(config: EndpointConfig, parts: RouteParts, position: number): Route {
  const provider = parts.providers.get(config.provider)!
  const use = parts.config.providers.get(config.provider)
  const { adapter } = provider
  const published = use && parts.catalogue.find(serviceOf(use, adapter), config.model)
  const price =
    config.price ??
    use?.price ??
    (published?.priceIsNewer ? published.price : (adapter.price?.(config.model) ?? published?.price))
  const endpoint: Endpoint = {
    ...(published && ownCapabilities(published)),
    ...adapter.capabilities?.(config.model),
    ...ownCapabilities(config),
    id: `${config.provider}/${config.model}${config.region === undefined ? '' : `@${config.region}`}`,
    provider: config.provider,
    model: config.model,
    ...(config.region !== undefined && { region: config.region }),
    weight: config.weight,
    ...(price && { price }),
    ...(config.quantization !== undefined && { quantization: config.quantization }),
    ...policyOf(provider, config),
  }
  const headers = { ...use?.headers, ...config.headers }
  return {
    endpoint,
    provider,
    limits: config.limits ?? {},
    position,
    ...(config.keepWarm !== undefined && { keepWarm: config.keepWarm }),
    ...((use?.params || config.params) && {
      params: { provider: use?.params ? [use.params] : [], endpoint: config.params ?? [] },
    }),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

/**
 * What the operator says, and the adapter of the rest. Where requests are worked on is for the adapter to say before
 * the endpoint's name does: a profile of several regions is asked in one of them.
 */
function policyOf(
  { adapter, dataPolicy: own }: Provider,
  { model, region: named }: Pick<EndpointConfig, 'model' | 'region'>,
): Pick<Endpoint, 'dataPolicy'> {
  const known = adapter.dataPolicy?.(model, named)
  if (!own && !known) return {}
  const region = own?.region === undefined ? (known?.region ?? named) : (named ?? own.region)
  return { dataPolicy: { ...known, ...own, ...(region !== undefined && { region }) } }
}

function ownCapabilities(config: EndpointConfig | KnownModel) {
  const { contextLength, maxOutputTokens, parameters, inputModalities, outputModalities } = config
  return {
    ...(contextLength !== undefined && { contextLength }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(parameters && { parameters }),
    ...(inputModalities && { inputModalities }),
    ...(outputModalities && { outputModalities }),
  }
}
