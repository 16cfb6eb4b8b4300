import type { Candidate, Endpoint, PreparedRanking, Ranked, RouteRequest, RoutingStrategy } from '../api.ts'

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
  const { length } = weights
  let most = 0
  for (let at = 0; at < length; at++) most = Math.max(most, cleanWeight(weights[at]!))
  const chances = new Array<number>(length)
  if (most === 0) return chances.fill(1 / length)
  // Relative to the largest, so that the sum cannot overflow.
  let sum = 0
  for (let at = 0; at < length; at++) {
    chances[at] = cleanWeight(weights[at]!) / most
    sum += chances[at]!
  }
  for (let at = 0; at < length; at++) chances[at]! /= sum
  return chances
}

const cleanWeight = (weight: number): number => (weight > 0 ? finite(weight, 0) : 0)

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
export function drawTiers(tiers: readonly (readonly Entry[])[], random: () => number): Ranked[] {
  const drawn: Ranked[] = []
  for (let at = 0; at < tiers.length; at++) {
    const tier = tiers[at]!
    const isFirst = drawn.length === 0
    if (tier.length === 1) {
      // Drawn all the same, so that those behind it get the numbers that they would get in a larger tier.
      random()
      drawn.push(rankedAs(tier[0]!, isFirst ? 1 : 0))
      continue
    }
    const chances = sharesOf(tier)
    const order = orderBy(chances, random)
    for (let place = 0; place < order.length; place++)
      drawn.push(rankedAs(tier[order[place]!]!, isFirst ? chances[order[place]!]! : 0))
  }
  return drawn
}

const rankedAs = ({ endpoint, score, why }: Entry, propensity: number): Ranked => ({
  endpoint,
  score: finite(score, Number.MAX_VALUE),
  propensity,
  why,
})

function sharesOf(tier: readonly Entry[]): number[] {
  const weights = new Array<number>(tier.length)
  for (let at = 0; at < tier.length; at++) weights[at] = tier[at]!.weight
  return shares(weights)
}

/** `drawTiers` for tiers that do not change from draw to draw. */
export class TierRanking implements PreparedRanking {
  readonly #tiers: readonly { readonly chances: readonly number[]; readonly ranked: readonly Ranked[] }[]

  constructor(tiers: readonly (readonly Entry[])[]) {
    const filled = tiers.filter(({ length }) => length > 0)
    this.#tiers = filled.map((tier, place) => {
      const chances = sharesOf(tier)
      const ranked = tier.map((entry, index) => rankedAs(entry, place === 0 ? chances[index]! : 0))
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
  const keys: number[] = []
  const tiers: T[][] = []
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!
    const value = key(item)
    const sure = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value
    // Put where it belongs among those before it: endpoints are few.
    let place = keys.length
    while (place > 0 && keys[place - 1]! > sure) place--
    if (place > 0 && keys[place - 1] === sure) {
      tiers[place - 1]!.push(item)
      continue
    }
    keys.splice(place, 0, sure)
    tiers.splice(place, 0, [item])
  }
  return tiers
}

type Draw = (request: RouteRequest, candidates: readonly Candidate[], random: () => number) => readonly Ranked[]

/** A strategy of which nothing can be prepared, but which keeps no candidate, so that it need not be given copies. */
export const drawnEachTime = (draw: Draw): RoutingStrategy => ({
  prepare: (request) => ({ draw: (candidates, random) => draw(request, candidates, random) }),
  rank: (request, candidates, { random }) => draw(request, candidates, random),
})
