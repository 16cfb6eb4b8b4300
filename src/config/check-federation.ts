import { didYouMean } from '../base/nearest.ts'
import type { Findings } from './findings.ts'
import { child } from './pointer.ts'
import { listAt, type Mapping, mappingAt, splitEndpoint } from './view.ts'

/** The names in `federation` and `probes` that stand for providers, and keys of a map that have no effect. */
export function checkFederation(root: Mapping, findings: Findings): void {
  const federation = mappingAt(root, 'federation')
  const providers = Object.keys(mappingAt(root, 'providers'))
  const provider = (name: string, pointer: string) => {
    if (!providers.includes(name))
      findings.problem(pointer, `There is no provider "${name}".`, { hint: didYouMean(name, providers) })
  }
  for (const name of Object.keys(mappingAt(federation, 'providers')))
    provider(name, child('/federation/providers', name))
  const endpoint = (name: unknown, pointer: string) => {
    const split = typeof name === 'string' ? splitEndpoint(name) : undefined
    if (split) provider(split.provider, pointer)
  }
  const probes = mappingAt(root, 'probes')
  for (const [index, name] of listAt(federation, 'models').entries()) endpoint(name, child('/federation/models', index))
  for (const [index, name] of listAt(probes, 'models').entries()) endpoint(name, child('/probes/models', index))
  for (const name of Object.keys(mappingAt(probes, 'operations'))) endpoint(name, child('/probes/operations', name))
  checkMap(federation, findings)
  if (federation.share !== false) return
  for (const key of ['noise', 'grids', 'prices', 'quality']) {
    const pointer = child('/federation', key)
    if (federation[key] === true && findings.source.places.has(pointer)) {
      findings.warn(pointer, `"${key}" has no effect while "share" is false.`)
    }
  }
}

function checkMap(federation: Mapping, findings: Findings): void {
  const { map, key } = federation
  if (typeof map !== 'string') {
    for (const name of ['key', 'read_key'])
      if (federation[name] !== undefined)
        findings.warn(child('/federation', name), `"${name}" has no effect without "map".`)
    return
  }
  if (key === undefined) {
    const hint = "Its hub's page shows it, and so does: router map --from MAP"
    findings.problem('/federation/map', 'A map needs "key": whose signature it must have.', { hint })
  }
  if (!/^https?:\/\//.test(map)) return
  const url = URL.parse(map)
  if (!url) findings.problem('/federation/map', `"${map}" is no URL.`)
  else if (url.username || url.password)
    findings.problem('/federation/map', 'The URL of a map must not hold a name or password.')
}
