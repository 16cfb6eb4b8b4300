import { BoundedMap } from '../base/bounded-map.ts'
import type { KnownModel, ModelCatalogue } from '../catalogue/known-model.ts'
import { makerIn } from '../catalogue/names.ts'
import type { Config, EndpointConfig, ModelConfig, ProviderConfig } from '../config/types.ts'
import type { ProviderAdapter } from '../plugins/api.ts'
import type { Provider, RoutableModel } from '../routing/catalogue.ts'

/** Names remembered; they come from clients. */
const LIMIT = 2000

/** The catalogue's name for a provider: as its adapter says, its preset's, or its plugin's. */
export const serviceOf = (
  { plugin, options }: Pick<ProviderConfig, 'plugin' | 'options'>,
  adapter?: Pick<ProviderAdapter, 'service'>,
): string => adapter?.service ?? (typeof options.preset === 'string' ? options.preset : plugin)

/** The models of a provider as it says itself, where it has been asked. */
export type Discovered = (provider: string) => readonly string[] | undefined

/** What is configured, and what is published. */
export interface ModelSources {
  readonly config: Config
  readonly providers: ReadonlyMap<string, Pick<Provider, 'adapter'>>
  readonly catalogue: ModelCatalogue
}

export interface KnownModels {
  /** Models of the providers that offer all they have, by name: the canonical one, or `provider/upstream-model`. */
  readonly all: () => ReadonlyMap<string, RoutableModel>
  /** The model that a canonical name stands for, however it is written: at every provider that has it. */
  readonly named: (name: string) => RoutableModel | undefined
}

/**
 * Models that no configuration names: what the catalogue knows of the configured providers. Made when first asked for.
 * @param make of a model as a file would have it
 */
export function knownModels(
  { config, providers, catalogue }: ModelSources,
  make: (model: ModelConfig) => RoutableModel,
  discovered: Discovered,
): KnownModels {
  // Further keys of a provider come with the first.
  const uses = [...config.providers.values()].filter(({ account }) => account === undefined)
  const offering = uses.filter(({ models = 'none' }) => models !== 'none')
  const services = new Map(uses.map((use) => [use.id, serviceOf(use, providers.get(use.id)?.adapter)]))
  const named = new BoundedMap<string, RoutableModel | 'none'>(LIMIT)
  let all: { readonly models: ReadonlyMap<string, RoutableModel>; readonly lists: readonly unknown[] } | undefined

  const endpointsOf = (name: string): EndpointConfig[] =>
    [...services].flatMap(([provider, service]) => {
      const found = catalogue.serve(name, [service])[0]
      return found ? [endpoint(provider, found.model.id)] : []
    })
  const madeOf = (name: string, model: KnownModel | undefined, endpoints: readonly EndpointConfig[]) => ({
    ...make({ name, endpoints, fallbacks: [], place: {} }),
    ...(model?.title !== undefined && { title: model.title }),
    ...(model?.released !== undefined && { released: model.released }),
  })
  return {
    all: () => {
      const lists = offering.map(({ id, models }) => (models === 'discover' ? discovered(id) : undefined))
      if (all && lists.every((list, at) => list === all?.lists[at])) return all.models
      const found = new Map<string, { model: KnownModel | undefined; endpoints: EndpointConfig[] }>()
      for (const [at, { id: provider }] of offering.entries()) {
        const service = services.get(provider)!
        const list = lists[at]
        const models = list
          ? list.map((id): KnownModel => catalogue.find(service, id) ?? { id })
          : catalogue.modelsOf(service)
        for (const [at, model] of models.entries()) {
          // By the name that it was discovered under, which may be a snapshot's.
          const id = list?.[at] ?? model.id
          const name = model.canonical ?? `${provider}/${id}`
          const entry = found.get(name) ?? { model, endpoints: [] }
          const same = entry.endpoints.findIndex((other) => other.provider === provider)
          if (same < 0) entry.endpoints.push(endpoint(provider, id))
          else if (id.length < entry.endpoints[same]!.model.length) entry.endpoints[same] = endpoint(provider, id)
          found.set(name, entry)
        }
      }
      const models = new Map<string, RoutableModel>()
      for (const [name, { model, endpoints }] of found)
        if (!config.models.has(name)) models.set(name, madeOf(name, model, endpoints))
      all = { models, lists }
      return models
    },
    named: (name) => {
      const before = named.get(name)
      if (before !== undefined) return before === 'none' ? undefined : before
      const made = makeNamed(name)
      named.set(name, made ?? 'none')
      return made
    },
  }

  function makeNamed(name: string): RoutableModel | undefined {
    const canonical = catalogue.canonical(name, services.values())
    if (canonical === undefined) return undefined
    const slash = name.indexOf('/')
    const provider = slash < 0 ? undefined : services.get(name.slice(0, slash))
    if (provider !== undefined) {
      // A provider's name that is no maker's, or stands before one, says who shall answer.
      if (makerIn(name) !== makerIn(canonical)) return undefined
      const own = catalogue.modelsOf(provider)
      // Of a server that nothing is known of, whatever its name, only what it says itself is true.
      if (own.length === 0) return undefined
      // Who writes a provider's own name of a model means that provider, but where it is the canonical name.
      const model = name.slice(slash + 1)
      if (name !== canonical && own.some(({ id }) => id === model)) return undefined
    }
    const endpoints = endpointsOf(name)
    const [first] = endpoints
    if (!first) return undefined
    return madeOf(canonical, catalogue.find(services.get(first.provider)!, first.model), endpoints)
  }
}

const endpoint = (provider: string, model: string): EndpointConfig => ({ provider, model, weight: 1, place: {} })
