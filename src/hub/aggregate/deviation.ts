import type { Truth } from '../probes/truth.ts'
import type { Entry } from './cohorts.ts'
import type { FacetResult, LeafEntries } from './facet.ts'
import { LEVELS } from './levels.ts'
import { distance, rateOf } from './shares.ts'
import { SUCCESS } from './sums.ts'

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
  sum: number
  cells: number
}

/**
 * Adds, for each member, its distance from the others in every leaf: the largest of its facets (whoever lies about
 * success only, lies), in the finest cell of at least 10 cohorts that was made anew; and, however few they are, from
 * what the hub measured itself.
 */
export function measureDeviations(
  leaves: readonly LeafEntries[],
  results: readonly FacetResult[],
  into: Map<string, Deviation>,
  truth: Truth,
): void {
  for (const leaf of leaves) {
    const judges = results.map(({ locations }, facet) => [
      finest(leaf, locations)?.location,
      truth.location(facet, leaf.path),
    ])
    if (judges.every(([others, probes]) => !others && !probes)) continue
    for (const entry of leaf.entries) {
      let largest = -1
      for (const [facet, both] of judges.entries())
        for (const location of both) if (location) largest = Math.max(largest, distanceOf(facet, entry, location))
      if (largest < 0) continue
      const own = into.get(entry.member.id) ?? { sum: 0, cells: 0 }
      into.set(entry.member.id, own)
      own.sum += Math.min(MAX_DEVIATION, Math.max(0, largest - TOLERATED))
      own.cells++
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

function finest({ path }: LeafEntries, locations: Locations): ReturnType<Locations['get']> {
  // A whole provider is no cell to be compared with.
  for (let level = 0; level < LEVELS - 1; level++) {
    const judge = locations.get(path[level]!)
    if (judge) return judge.cohorts >= MIN_MEMBERS ? judge : undefined
  }
  return undefined
}

/** -1 where the member contributed nothing. */
function distanceOf(facet: number, entry: Entry, location: Parameters<typeof distance>[3]): number {
  const sums = entry.contribution.base[facet]
  if (!sums) return -1
  if (facet !== SUCCESS) return distance(sums.a, sums.b, sums.n, location)
  return distance(rateOf(sums), location.center * (1 - location.center), sums.n, location)
}
