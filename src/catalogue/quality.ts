import { bundledQualities } from './bundled.ts'
import { modelKey } from './names.ts'

/** What one public benchmark says of several models, in their order. */
export interface PublishedQualities {
  readonly benchmark: string
  /** From 0 to 1; of hard questions, so that they compare models and foretell nothing of everyday ones. */
  readonly figures: readonly number[]
}

let benchmarks: readonly { readonly name: string; readonly figures: ReadonlyMap<string, number> }[] | undefined

/**
 * The newest benchmark that knows all of these models, each given by the names that services have for it; undefined
 * where none does: figures of two benchmarks cannot be compared.
 */
export function publishedQualities(models: readonly (readonly string[])[]): PublishedQualities | undefined {
  benchmarks ??= bundledQualities().map(({ name, models: figures }) => ({
    name,
    figures: new Map(Object.entries(figures).map(([model, figure]) => [modelKey(model), figure])),
  }))
  const keys = models.map((names) => new Set(names.map(modelKey)))
  if (keys.some(({ size }) => size !== 1)) return undefined
  const wanted = keys.map(([key]) => key!)
  const best = benchmarks.find(({ figures }) => wanted.every((key) => figures.has(key)))
  return best && { benchmark: best.name, figures: wanted.map((key) => best.figures.get(key)!) }
}
