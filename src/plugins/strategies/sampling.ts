import type { Candidate, Endpoint, PreparedRanking, Ranked } from '../api.ts'

/** A candidate on its way to being ranked. Weights that are not positive and finite count as 0. */
export interface Entry {
  readonly endpoint: Endpoint
  readonly weight: number
  readonly score: number
  readonly why: string
}

/** A number that may be relied on: `value`, or `fallback` when it is NaN or infinite. */
export const finite = (value: number, fallback: number): number => (Number.isFinite(value) ? value : fallback)

/** Chance of each to be drawn first. All weights 0: the same for all. Sums to one. */
export function shares(weights: readonly number[]): number[] {
  const clean = weights.map((weight) => (weight > 0 ? finite(weight, 0) : 0))
  const most = Math.max(...clean, 0)
  if (most === 0) return clean.map(() => 1 / clean.length)
  // Relative to the largest, so that the sum cannot overflow.
  const relative = clean.map((weight) => weight / most)
  const sum = relative.reduce((total, weight) => total + weight, 0)
  return relative.map((weight) => weight / sum)
}

/**
 * A random order by weighted sampling without replacement: indices sorted by -ln(u)/weight (Efraimidis and Spirakis
 * 2006, in exponential form). The first is i with probability `shares(weights)[i]`; weightless ones come last, in
 * random order.
 */
export const drawOrder = (weights: readonly number[], random: () => number): number[] =>
  orderBy(shares(weights), random)

/** The same, by shares. */
function orderBy(chances: readonly number[], random: () => number): number[] {
  const count = chances.length
  const keys = new Array<number>(count)
  const order = new Array<number>(count)
  for (let index = 0; index < count; index++) {
    const share = chances[index]!
    keys[index] = -Math.log(1 - random()) / (share || 1)
    // Put where it belongs among those before it: endpoints are few.
    let place = index
    for (; place > 0 && comesBefore(index, order[place - 1]!, keys, chances); place--) order[place] = order[place - 1]!
    order[place] = index
  }
  return order
}

function comesBefore(a: number, b: number, keys: readonly number[], chances: readonly number[]): boolean {
  const [isLast, isOtherLast] = [chances[a] === 0, chances[b] === 0]
  return isLast === isOtherLast ? keys[a]! < keys[b]! : isOtherLast
}

/**
 * Ranks tier by tier; inside a tier the order is drawn by weight. The propensities are those of the first tier that has
 * members.
 */
export const drawTiers = (tiers: readonly (readonly Entry[])[], random: () => number): Ranked[] =>
  new TierRanking(tiers).draw([], random)

/** `drawTiers` for tiers that do not change from draw to draw. */
export class TierRanking implements PreparedRanking {
  readonly #tiers: readonly { readonly chances: readonly number[]; readonly ranked: readonly Ranked[] }[]

  constructor(tiers: readonly (readonly Entry[])[]) {
    const filled = tiers.filter(({ length }) => length > 0)
    this.#tiers = filled.map((tier, place) => {
      const chances = shares(tier.map(({ weight }) => weight))
      const ranked = tier.map(({ endpoint, score, why }, index) => {
        const propensity = place === 0 ? chances[index]! : 0
        return { endpoint, score: finite(score, Number.MAX_VALUE), propensity, why }
      })
      return { chances, ranked }
    })
  }

  draw(_candidates: readonly Candidate[], random: () => number): Ranked[] {
    const drawn: Ranked[] = []
    for (const { chances, ranked } of this.#tiers)
      for (const index of orderBy(chances, random)) drawn.push(ranked[index]!)
    return drawn
  }
}

/** Tiers by a number, smallest first; equal ones share a tier. NaN comes last. */
export function tiersBy<T>(items: readonly T[], key: (item: T) => number): T[][] {
  const tiers = new Map<number, T[]>()
  for (const item of items) {
    const value = key(item)
    const sure = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value
    const tier = tiers.get(sure)
    if (tier) tier.push(item)
    else tiers.set(sure, [item])
  }
  return [...tiers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tier]) => tier)
}
