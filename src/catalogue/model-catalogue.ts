import type { KnownModel, ModelCatalogue, ServedModel } from './known-model.ts'
import { makerIn, modelKey } from './names.ts'
import { fromRow, type Row } from './row.ts'

const NOTHING: readonly Row[] = []

/** Without folders, and without the difference between dots and dashes. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .slice(name.lastIndexOf('/') + 1)
    .replaceAll('.', '-')

/** A service's models as they lie in a file, with the ways to find them; made whole one by one, when asked for. */
class Shelf {
  readonly #rows: readonly Row[]
  readonly #byId: ReadonlyMap<string, Row>
  /** The plainest name of each model comes first: without a date, without a build. */
  readonly #byKey: ReadonlyMap<string, readonly Row[]>
  readonly #made = new Map<Row, KnownModel>()
  #all: readonly KnownModel[] | undefined

  constructor(rows: readonly Row[]) {
    this.#rows = rows
    this.#byId = new Map(rows.map((row) => [row.id, row]))
    const byKey = Map.groupBy(rows, ({ id, key }) => key ?? modelKey(id))
    for (const same of byKey.values()) if (same.length > 1) same.sort((a, b) => a.id.length - b.id.length)
    this.#byKey = byKey
  }

  get all(): readonly KnownModel[] {
    this.#all ??= this.#rows.map((row) => this.#make(row)!)
    return this.#all
  }

  /** A snapshot that is not listed by itself costs what the model costs; a fine-tune or a variant need not. */
  find(id: string): KnownModel | undefined {
    const row = this.#byId.get(id)
    if (row || /:(?!\d)/.test(id)) return this.#make(row)
    return this.#make(this.#byKey.get(modelKey(id))?.find((same) => !/:(?!\d)/.test(same.id)))
  }

  /** A variant (`:free`, `:thinking`) is another offer: it is found only by its own name. */
  named(name: string): KnownModel | undefined {
    const maker = makerIn(name)
    const isFree = name.includes(':free')
    const same = (this.#byKey.get(modelKey(name)) ?? NOTHING).filter(
      ({ canonical, id }) =>
        canonical !== undefined &&
        id.includes(':free') === isFree &&
        (maker === undefined || makerIn(canonical) === maker),
    )
    // Who names a snapshot gets that one where the service has it.
    const wish = bare(name)
    return this.#make(same.find(({ id }) => bare(id) === wish) ?? same[0])
  }

  #make(row: Row | undefined): KnownModel | undefined {
    if (!row) return undefined
    let model = this.#made.get(row)
    if (!model) {
      model = fromRow(row)
      this.#made.set(row, model)
    }
    return model
  }
}

/** A catalogue over what `read` finds of a service; `read` is asked once for each. */
export function createModelCatalogue(read: (service: string) => readonly Row[]): ModelCatalogue {
  const shelves = new Map<string, Shelf>()
  const shelf = (service: string): Shelf => {
    let found = shelves.get(service)
    if (!found) {
      found = new Shelf(read(service))
      shelves.set(service, found)
    }
    return found
  }
  const serve = (name: string, services: Iterable<string>): readonly ServedModel[] =>
    [...services].flatMap((service) => {
      const model = shelf(service).named(name)
      return model ? [{ service, model }] : []
    })
  return {
    modelsOf: (service) => shelf(service).all,
    find: (service, model) => shelf(service).find(model),
    serve,
    canonical: (name, services) => serve(name, services).find(({ model }) => model.canonical)?.model.canonical,
  }
}
