import type { ParamsConfig } from '../../config/types.ts'
import type { ProviderAdapter, Quirks, Wire } from '../../plugins/api.ts'
import type { Route } from '../catalogue.ts'

/**
 * What the operator changes in requests, as quirks: of a provider in what asks for text only, since it has models of
 * other kinds too; of an endpoint in everything but counts of tokens, where they would be refused.
 */
export function withParams(
  quirks: Quirks | undefined,
  wire: Wire,
  adapter: ProviderAdapter,
  { provider, endpoint }: NonNullable<Route['params']>,
): Quirks | undefined {
  const { chat = [], completion = [], counting = [] } = adapter.wires
  if (counting.includes(wire)) return quirks
  const isText = chat.includes(wire) || completion.includes(wire)
  return [...(isText ? provider : []), ...endpoint].reduce(added, quirks)
}

/** The narrower one comes last. What it says of a parameter beats all that was said of it before. */
function added(quirks: Quirks | undefined, params: ParamsConfig): Quirks {
  const { defaults = {}, overrides = {}, remove = [] } = params
  const isFree = (key: string): boolean =>
    !Object.hasOwn(defaults, key) && !Object.hasOwn(overrides, key) && !remove.includes(key)
  const free = (given: Quirks['defaults'] = {}) =>
    Object.fromEntries(Object.entries(given).filter(([key]) => isFree(key)))
  return {
    ...quirks,
    drop: [...(quirks?.drop ?? []), ...remove],
    defaults: { ...free(quirks?.defaults), ...defaults },
    overrides: { ...free(quirks?.overrides), ...overrides },
  }
}
