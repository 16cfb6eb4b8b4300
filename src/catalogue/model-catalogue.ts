import type { KnownModel, ModelCatalogue, ServedModel } from './known-model.ts'
import { makerIn, modelKey } from './names.ts'

/** A service's models, with the ways to find them. */
interface Shelf {
  readonly models: readonly KnownModel[]
  readonly byId: ReadonlyMap<string, KnownModel>
  /** The plainest name of each model comes first: without a date, without a build. */
  readonly byKey: ReadonlyMap<string, readonly KnownModel[]>
}

const NOTHING: readonly KnownModel[] = []

/** A catalogue over what `read` finds of a service; `read` is asked once for each. */
export function createModelCatalogue(read: (service: string) => readonly KnownModel[]): ModelCatalogue {
  const shelves = new Map<string, Shelf>()
  const shelf = (service: string): Shelf => {
    let found = shelves.get(service)
    if (!found) {
      found = shelfOf(read(service))
      shelves.set(service, found)
    }
    return found
  }
  const serve = (name: string, services: Iterable<string>): readonly ServedModel[] =>
    [...services].flatMap((service) => {
      const model = named(shelf(service), name)
      return model ? [{ service, model }] : []
    })
  return {
    modelsOf: (service) => shelf(service).models,
    find: (service, model) => shelf(service).byId.get(model) ?? snapshotOf(shelf(service), model),
    serve,
    canonical: (name, services) => serve(name, services).find(({ model }) => model.canonical)?.model.canonical,
  }
}

function shelfOf(models: readonly KnownModel[]): Shelf {
  const byKey = Map.groupBy(models, ({ id }) => modelKey(id))
  for (const same of byKey.values()) same.sort((a, b) => a.id.length - b.id.length)
  return { models, byId: new Map(models.map((model) => [model.id, model])), byKey }
}

/** A snapshot that is not listed by itself costs what the model costs; a fine-tune or a variant need not. */
function snapshotOf({ byKey }: Shelf, model: string): KnownModel | undefined {
  if (/:(?!\d)/.test(model)) return undefined
  return byKey.get(modelKey(model))?.find(({ id }) => !id.includes(':') || /:\d/.test(id))
}

/** A variant (`:free`, `:thinking`) is another offer: it is found only by its own name. */
function named({ byKey }: Shelf, name: string): KnownModel | undefined {
  const maker = makerIn(name)
  const same = (byKey.get(modelKey(name)) ?? NOTHING).filter(
    ({ canonical, id }) =>
      canonical !== undefined && id.includes(':free') === name.includes(':free') && fits(canonical, maker),
  )
  // Who names a snapshot gets that one where the service has it.
  const wish = bare(name)
  return same.find(({ id }) => bare(id) === wish) ?? same[0]
}

/** Without folders, and without the difference between dots and dashes. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .slice(name.lastIndexOf('/') + 1)
    .replaceAll('.', '-')

const fits = (canonical: string, maker: string | undefined) => maker === undefined || makerIn(canonical) === maker
