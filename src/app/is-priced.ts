import { isThisMachine } from '../base/loopback.ts'
import type { Catalogue, Provider, Route } from '../routing/catalogue.ts'

/** Whether it is known what an endpoint costs: what runs on this machine costs nothing by the call. */
export const isPriced = ({ endpoint, provider }: Route): boolean =>
  endpoint.price !== undefined || isOnThisMachine(provider)

/** Of these models those without a price: no budget can be kept of what they cost. */
export const unpricedAmong = (names: Iterable<string>, { models }: Pick<Catalogue, 'models'>): string[] =>
  [...new Set(names)].filter((name) => !models.get(name)?.routes.every(isPriced))

function isOnThisMachine({ adapter }: Provider): boolean {
  const asked = adapter.models?.()
  if (!(asked instanceof Promise)) return asked !== undefined && isThisMachine(asked.url.hostname)
  // Who has to be signed for is not here; whether there are credentials is another question.
  asked.catch(() => undefined)
  return false
}
