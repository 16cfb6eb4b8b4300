import { didYouMean } from '../base/nearest.ts'
import type { Findings } from './findings.ts'
import { child } from './pointer.ts'
import { listAt, type Mapping, mappingAt, splitEndpoint } from './view.ts'

/** The names in `federation` that stand for providers, and keys that have no effect. */
export function checkFederation(root: Mapping, findings: Findings): void {
  const federation = mappingAt(root, 'federation')
  const providers = Object.keys(mappingAt(root, 'providers'))
  const provider = (name: string, pointer: string) => {
    if (!providers.includes(name))
      findings.problem(pointer, `There is no provider "${name}".`, { hint: didYouMean(name, providers) })
  }
  for (const name of Object.keys(mappingAt(federation, 'providers')))
    provider(name, child('/federation/providers', name))
  listAt(federation, 'models').forEach((entry, index) => {
    const split = typeof entry === 'string' ? splitEndpoint(entry) : undefined
    if (split) provider(split.provider, child('/federation/models', index))
  })
  if (federation.share !== false) return
  for (const key of ['noise', 'grids', 'prices']) {
    const pointer = child('/federation', key)
    if (federation[key] === true && findings.source.places.has(pointer)) {
      findings.warn(pointer, `"${key}" has no effect while "share" is false.`)
    }
  }
}
