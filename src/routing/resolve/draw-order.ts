/** What a request's seed is mixed with for the choice among models: endpoints are drawn from the seed itself. */
export const SELECTION_SALT = 0x5e1ec7

/** The same for whether a failed check is worth asking a better model. */
export const ESCALATION_SALT = 0xca5cade

interface Priced {
  readonly model: string
  readonly priceUsd?: number | undefined
  readonly cost?: number
}

/** As they are drawn from: by price where all are known, of equals by name; else by their cost, which is their place. */
export function inOrder<M extends Priced>(models: readonly M[]): readonly M[] {
  const isPriced = models.every(({ priceUsd }) => priceUsd !== undefined)
  const key = ({ priceUsd, cost = 0 }: M) => (isPriced ? priceUsd! : cost)
  return [...models].sort(
    (a, b) => key(a) - key(b) || (isPriced ? Number(a.model > b.model) - Number(a.model < b.model) : 0),
  )
}
