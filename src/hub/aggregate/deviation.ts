import type { Truth } from '../probes/truth.ts'
import type { FacetResult } from './facet.ts'
import type { LeafTable } from './leaf-table.ts'
import { LEVELS } from './levels.ts'
import type { Location } from './location.ts'
import { distance, rateOf } from './shares.ts'
import { SUCCESS } from './sums.ts'
import type { SumsColumn } from './sums-column.ts'

/** Cells with fewer enrolments are no measure of honesty. */
const MIN_MEMBERS = 10
/** So far from the others is nothing special, in robust standard deviations. */
const TOLERATED = 2
/** One cell counts for no more than this. */
const MAX_DEVIATION = 10
/**
 * A member's deviation rises with the first half-life and falls with the second: whoever lies now and then is a liar
 * for days.
 */
const RISE_S = 12 * 3_600
const FALL_S = 7 * 86_400

/** How far a member is from the others in the cells that can tell: the sum over cells, and their number. */
export interface Deviation {
  readonly sum: number
  readonly cells: number
}

/** The same of all members, by number. */
export class Deviations {
  readonly #sums: Float64Array
  readonly #cells: Int32Array

  constructor(members: number) {
    this.#sums = new Float64Array(members)
    this.#cells = new Int32Array(members)
  }

  add(member: number, deviation: number): void {
    this.#sums[member] = this.#sums[member]! + deviation
    this.#cells[member]!++
  }

  /** Undefined of a member that no cell can tell of. */
  of(member: number): Deviation | undefined {
    const cells = this.#cells[member]!
    return cells === 0 ? undefined : { sum: this.#sums[member]!, cells }
  }
}

/**
 * Adds, for each member, its distance from the others in every leaf: the largest of its facets (whoever lies about
 * success only, lies), in the finest cell of at least 10 cohorts that was made anew; and, however few they are, from
 * what the hub measured itself.
 */
export function measureDeviations(
  leaves: readonly LeafTable[],
  results: readonly FacetResult[],
  into: Deviations,
  truth: Truth,
): void {
  for (const leaf of leaves) {
    const judges = results.flatMap(({ locations }, facet) =>
      [finest(leaf, locations)?.location, truth.location(facet, leaf.path)].flatMap((location) =>
        location && leaf.base[facet] ? [{ facet, location, column: leaf.base[facet] }] : [],
      ),
    )
    for (let at = 0; at < leaf.size; at++) {
      let largest = -1
      for (const { facet, location, column } of judges)
        if (column.has(at)) largest = Math.max(largest, distanceOf(facet, column, at, location))
      if (largest >= 0) into.add(leaf.members[at]!, Math.min(MAX_DEVIATION, Math.max(0, largest - TOLERATED)))
    }
  }
}

/** What is left of the distances, after what is tolerated, when somebody agrees with the others. */
const AGREEING = 0.5

/** Whether what a member reported this time agrees with what it was held against, on the whole. */
export const hasAgreed = ({ sum, cells }: Deviation): boolean => sum / cells <= AGREEING

/** The running mean after an epoch with these cells. Both times in seconds. */
export function updateDeviation(
  before: number,
  hadAny: boolean,
  { sum, cells }: Deviation,
  epochSeconds: number,
): number {
  const now = sum / cells
  if (!hadAny) return now
  const halfLife = now > before ? RISE_S : FALL_S
  return now + (before - now) * 0.5 ** (epochSeconds / halfLife)
}

type Locations = FacetResult['locations']

function finest({ path }: LeafTable, locations: Locations): ReturnType<Locations['get']> {
  // A whole provider is no cell to be compared with.
  for (let level = 0; level < LEVELS - 1; level++) {
    const judge = locations.get(path[level]!)
    if (judge) return judge.cohorts >= MIN_MEMBERS ? judge : undefined
  }
  return undefined
}

function distanceOf(facet: number, { n, a, b }: SumsColumn, at: number, location: Location): number {
  if (facet !== SUCCESS) return distance(a[at]!, b[at]!, n[at]!, location)
  const rate = rateOf(a[at]!, b[at]!)
  return distance(rate, location.center * (1 - location.center), n[at]!, location)
}
