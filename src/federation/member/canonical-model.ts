import { BoundedMap } from '../../base/bounded-map.ts'
import type { PublicEndpoint } from '../protocol/types.ts'

export interface CanonicalModelOptions {
  /** Public name of an endpoint by its id; undefined for what is private. */
  readonly publicName: (endpoint: string) => PublicEndpoint | undefined
  /** What a public model is called over all providers. Default: as its provider calls it. */
  readonly canonicalOf?: ((endpoint: PublicEndpoint) => string) | undefined
}

/** Ids come from clients too (`provider/anything`). */
const REMEMBERED = 2_000

/** Canonical name of the public model behind an endpoint id, remembered; undefined for what is private. */
export function canonicalModels({ publicName, canonicalOf = ({ model }) => model }: CanonicalModelOptions) {
  const known = new BoundedMap<string, string | null>(REMEMBERED)
  return (id: string): string | undefined => {
    let model = known.get(id)
    if (model === undefined) {
      const endpoint = publicName(id)
      model = endpoint ? canonicalOf(endpoint) : null
      known.set(id, model)
    }
    return model ?? undefined
  }
}
