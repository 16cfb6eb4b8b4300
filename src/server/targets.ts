import { googleAsk } from './google/address.ts'
import { PREFIXES, SURFACES, type Surface } from './surfaces.ts'

/** What a path asks for. */
export interface Target {
  readonly surface: Surface
  readonly prefix: string
  /** See `GoogleAsk`. */
  readonly asList?: boolean
}

const TARGETS: ReadonlyMap<string, Target> = new Map(
  SURFACES.flatMap((surface) =>
    (surface.prefixes ?? PREFIXES).map((prefix) => [`${prefix}${surface.path}`, { surface, prefix }] as const),
  ),
)

/** Of a path that is written as it is published, with nothing behind it. */
export const plainTarget = (url: string): Target | undefined => TARGETS.get(url)

/** Of a request's target in any form. */
export function targetOf(url: string): Target | undefined {
  return TARGETS.get(url) ?? otherTarget(url)
}

function otherTarget(url: string): Target | undefined {
  const path = plainPath(url)
  return TARGETS.get(path) ?? googleAsk(path, url)
}

/** The path of a target in any of the forms of RFC 9112, section 3.2, without query and slash at the end. */
function plainPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/s, '')
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  try {
    return decodeURI(bare)
  } catch {
    return bare
  }
}
