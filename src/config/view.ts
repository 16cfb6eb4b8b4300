/** Reading the file's values while parts of them may still be wrong: what has the wrong type is as good as absent. */
import { child } from './pointer.ts'

export type Mapping = Record<string, unknown>

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const mappingAt = (root: Mapping, ...keys: string[]): Mapping =>
  keys.reduce<Mapping>((node, key) => (isMapping(node[key]) ? (node[key] as Mapping) : {}), root)

export const listAt = (node: Mapping, key: string): readonly unknown[] =>
  Array.isArray(node[key]) ? (node[key] as unknown[]) : []

export const textAt = (node: Mapping, key: string): string | undefined =>
  typeof node[key] === 'string' ? (node[key] as string) : undefined

export interface EndpointView {
  readonly pointer: string
  readonly provider: string
  /** Where the provider's name stands. */
  readonly providerPointer: string
  readonly model: string
  readonly region: string | undefined
}

/** `provider/upstream-model`; the upstream's name may hold further slashes. */
export function splitEndpoint(text: string): { provider: string; model: string } | undefined {
  const slash = text.indexOf('/')
  return slash > 0 && slash < text.length - 1
    ? { provider: text.slice(0, slash), model: text.slice(slash + 1) }
    : undefined
}

/**
 * What an entry of `models` that is a name stands for in the end: a model that is written out, or what should be
 * `provider/upstream-model`; undefined when names stand for each other in a circle.
 */
export function meantBy(name: string, models: Mapping): { model: string } | { endpoint: string } | undefined {
  const passed = new Set<string>()
  let at = name
  for (let next = models[at]; typeof next === 'string'; next = models[at]) {
    // A name that stands for the endpoint of the same name pins it.
    if (next === at || !Object.hasOwn(models, next)) return { endpoint: next }
    if (passed.has(next)) return undefined
    passed.add(next)
    at = next
  }
  return { model: at }
}

/** The endpoints of one entry of `models` that can be read. */
export function endpointsOf(model: Mapping, pointer: string): EndpointView[] {
  return listAt(model, 'endpoints').flatMap((entry, index): EndpointView[] => {
    const at = child(child(pointer, 'endpoints'), index)
    if (typeof entry === 'string') {
      const split = splitEndpoint(entry)
      return split === undefined ? [] : [{ pointer: at, providerPointer: at, ...split, region: undefined }]
    }
    if (!isMapping(entry)) return []
    const provider = textAt(entry, 'provider')
    const upstream = textAt(entry, 'model')
    if (!provider || !upstream) return []
    return [
      {
        pointer: at,
        provider,
        providerPointer: child(at, 'provider'),
        model: upstream,
        region: textAt(entry, 'region'),
      },
    ]
  })
}

export interface FallbackView {
  readonly pointer: string
  /** Where the model's name stands. */
  readonly modelPointer: string
  readonly model: string
  readonly preferences: Mapping
}

export function fallbacksOf(model: Mapping, pointer: string): FallbackView[] {
  return listAt(model, 'fallbacks').flatMap((entry, index): FallbackView[] => {
    const at = child(child(pointer, 'fallbacks'), index)
    if (typeof entry === 'string') return [{ pointer: at, modelPointer: at, model: entry, preferences: {} }]
    if (!isMapping(entry) || typeof entry.model !== 'string') return []
    return [
      { pointer: at, modelPointer: child(at, 'model'), model: entry.model, preferences: mappingAt(entry, 'provider') },
    ]
  })
}
