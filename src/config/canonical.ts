import type { ModelCatalogue } from '../catalogue/known-model.ts'
import { makerIn } from '../catalogue/names.ts'
import { openCatalogue } from '../catalogue/updates.ts'
import { stateDirectory } from './find.ts'
import { isMapping, type Mapping, mappingAt, splitEndpoint, textAt } from './view.ts'

/** The endpoints, as `provider/upstream-model`, that a name stands for which no model has; undefined for none. */
export type NamedEndpoints = (name: string) => readonly string[] | undefined

/**
 * For names in the file, as clients may ask for them too: a model's canonical name (`anthropic/claude-sonnet-4.5`) is
 * that model at every provider of the file that has it; a provider's own name of a model means that provider. What is
 * published is read when a name is first asked for.
 */
export function namedEndpoints(root: Mapping, leftOut: ReadonlySet<string>, directory: string): NamedEndpoints {
  const services = servicesIn(root, leftOut)
  let opened: ModelCatalogue | undefined
  return (name) => {
    const named = splitEndpoint(name)
    const service = named && services.get(named.provider)
    opened ??= openCatalogue(stateDirectory({ source: { directory } }))
    const catalogue = opened
    const own = service === undefined ? [] : catalogue.modelsOf(service)
    const isOwn = service !== undefined && (own.length === 0 || own.some(({ id }) => id === named?.model))
    const canonical = isOwn ? undefined : catalogue.canonical(name, services.values())
    if (canonical !== undefined && (service === undefined || makerIn(name) === makerIn(canonical)))
      return [...services].flatMap(([provider, each]) =>
        catalogue.serve(name, [each]).map(({ model }) => `${provider}/${model.id}`),
      )
    return service === undefined ? undefined : [name]
  }
}

/** What the catalogue calls each provider of the file that is there. */
function servicesIn(root: Mapping, leftOut: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [id, entry] of Object.entries(mappingAt(root, 'providers')))
    if (isMapping(entry) && !leftOut.has(id)) found.set(id, textAt(entry, 'preset') ?? textAt(entry, 'plugin') ?? id)
  return found
}
