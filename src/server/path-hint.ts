import { nearestNames } from '../base/nearest.ts'
import { PREFIXES, SURFACES } from './surfaces.ts'

/** What clients ask for most, by method. */
const KNOWN: readonly (readonly [method: string, path: string])[] = [
  ...SURFACES.flatMap(({ path, prefixes = PREFIXES }) => prefixes.map((prefix) => ['POST', prefix + path] as const)),
  ...PREFIXES.map((prefix) => ['GET', `${prefix}/models`] as const),
]

/**
 * ` Did you mean POST /v1/chat/completions?` for a path that is nearly one, as where a base URL lacks its `/v1` or has
 * it twice, or for a path that wants another method; else empty.
 */
export function pathHint(method: string, path: string): string {
  const isOpenRouters = path.startsWith('/api/')
  const paths = KNOWN.map(([, known]) => known).filter((known) => known.startsWith('/api/') === isOpenRouters)
  // What is a small part of a known path, as `/v1` is, hints at nothing.
  const near = nearestNames(path, paths, 1).find((known) => 2 * path.length > known.length)
  const found = KNOWN.find(([, known]) => known === near)
  return found === undefined || (found[0] === method && near === path) ? '' : ` Did you mean ${found.join(' ')}?`
}
