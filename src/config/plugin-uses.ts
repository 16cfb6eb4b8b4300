import { optionsIn, pluginUse } from './build-parts.ts'
import { child, dotted } from './pointer.ts'
import type { Source } from './source.ts'
import type { Place, PluginUse } from './types.ts'
import { isMapping, listAt, mappingAt } from './view.ts'

export interface PartialUse {
  /** Dotted path of the place in the file. */
  readonly path: string
  readonly kind: 'provider' | 'strategy' | 'store' | 'observer'
  readonly use: PluginUse
  /**
   * False when a part of the options is not known, such as a missing variable: then only the plugin itself can be
   * checked.
   */
  readonly complete: boolean
}

/** The entries of `plugins` that can be read. */
export function partialModules({ root, places, broken }: Source): { specifier: string; place: Place }[] {
  return listAt(root ?? {}, 'plugins').flatMap((specifier, index) => {
    const pointer = child('/plugins', index)
    return typeof specifier === 'string' && !broken.has(pointer) ? [{ specifier, place: places.of(pointer) }] : []
  })
}

/**
 * Wherever a file that is wrong elsewhere still says which plugin it uses, so that plugins can be checked along with
 * the rest.
 */
export function partialUses({ root, places, broken }: Source): PartialUse[] {
  if (root === undefined) return []
  const complete = (pointer: string) => ![...broken].some((at) => at.startsWith(`${pointer}/`))
  const named = (value: unknown, pointer: string, kind: PartialUse['kind']): PartialUse[] => {
    const name = isMapping(value) ? value.plugin : value
    const options = isMapping(value) ? (value.options ?? {}) : {}
    if (typeof name !== 'string' || !isMapping(options)) return []
    return [{ path: dotted(pointer), kind, use: pluginUse(value, pointer, places), complete: complete(pointer) }]
  }
  const providers = Object.entries(mappingAt(root, 'providers')).flatMap(([id, entry]): PartialUse[] => {
    const pointer = child('/providers', id)
    if (!isMapping(entry) || broken.has(pointer)) return []
    const { plugin = id } = entry
    if (typeof plugin !== 'string') return []
    const options = optionsIn(entry)
    const use = {
      id,
      plugin,
      options,
      place: places.ofKey(pointer),
      placeOf: (option: string) => places.of(pointer + option),
    }
    return [{ path: dotted(pointer), kind: 'provider', use, complete: complete(pointer) }]
  })
  const models = Object.entries(mappingAt(root, 'models')).flatMap(([name, model]) =>
    isMapping(model) ? named(model.strategy, child(child('/models', name), 'strategy'), 'strategy') : [],
  )
  return [
    ...providers,
    ...named(mappingAt(root, 'routing').strategy, '/routing/strategy', 'strategy'),
    ...models,
    ...named(mappingAt(root, 'stats').store, '/stats/store', 'store'),
    ...listAt(root, 'observers').flatMap((entry, index) => named(entry, child('/observers', index), 'observer')),
  ]
}
