import { BoundedMap } from '../base/bounded-map.ts'
import type { ModelConfig } from '../config/types.ts'
import type { RoutableModel } from '../routing/catalogue.ts'

/** Names remembered; they come from clients. */
const LIMIT = 1000

export const isWildcard = (name: string): boolean => name.includes('*')

/**
 * Models whose name has a `*`: it stands for any text, and in their endpoints for the same text. Of those that fit, the
 * one with most letters of its own is taken.
 * @param make of a model without wildcards, and the one that is written
 */
export function wildcardModels(
  models: readonly ModelConfig[],
  make: (model: ModelConfig, written: ModelConfig) => RoutableModel,
): (name: string) => RoutableModel | undefined {
  if (models.length === 0) return () => undefined
  const known = new BoundedMap<string, RoutableModel>(LIMIT)
  const patterns = models
    .map((model) => ({ model, parts: model.name.split('*') as [string, string] }))
    .sort((a, b) => b.model.name.length - a.model.name.length)
  return (name) => {
    const found = known.get(name)
    if (found) return found
    for (const { model, parts } of patterns) {
      const text = between(name, parts)
      if (text === undefined) continue
      const filled = model.endpoints.map((endpoint) => ({
        ...endpoint,
        model: endpoint.model.replace('*', () => text),
      }))
      const made = make({ ...model, name, endpoints: filled }, model)
      known.set(name, made)
      return made
    }
    return undefined
  }
}

/** What the `*` stands for; undefined when the name does not fit. */
function between(name: string, [start, end]: readonly [string, string]): string | undefined {
  if (name.length <= start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return undefined
  return name.slice(start.length, name.length - end.length)
}
