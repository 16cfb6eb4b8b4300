import type { Endpoint, Ranked } from '../api.ts'

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
export function drawOrder(weights: readonly number[], random: () => number): number[] {
  return shares(weights)
    .map((share, index) => ({ index, weightless: share === 0, key: -Math.log(1 - random()) / (share || 1) }))
    .sort((a, b) => Number(a.weightless) - Number(b.weightless) || a.key - b.key)
    .map(({ index }) => index)
}

/**
 * Ranks tier by tier; inside a tier the order is drawn by weight. The propensities are those of the first tier that has
 * members.
 */
export function drawTiers(tiers: readonly (readonly Entry[])[], random: () => number): Ranked[] {
  const ranked: Ranked[] = []
  for (const tier of tiers) {
    const weights = tier.map((entry) => entry.weight)
    const chances = shares(weights)
    const first = ranked.length === 0
    for (const index of drawOrder(weights, random)) {
      const { endpoint, score, why } = tier[index]!
      ranked.push({ endpoint, score: finite(score, Number.MAX_VALUE), propensity: first ? chances[index]! : 0, why })
    }
  }
  return ranked
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
