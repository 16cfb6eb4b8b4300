import { BUCKETS } from '../../base/grid.ts'
import type { Moments, ReportCell, SparseGrid } from '../../federation/protocol/types.ts'
import { FAULT_KINDS } from '../../federation/protocol/words.ts'
import { addSums, emptySums, FACET_COUNT, FACETS, fadeSums, SUCCESS, type Sums } from './sums.ts'

/** What was seen loses half its weight in this time. */
const HALF_LIFE_S = 86_400
/** A member that has not spoken of a cell for this long is forgotten there, though a sixth of its weight is left. */
export const SILENCE_S = 2.5 * HALF_LIFE_S
/** Less than half an observation is none. */
const MIN_OBSERVATIONS = 0.5

/** Where a member saw something: the finest cell of the map, without its provider. */
export interface Leaf {
  readonly model: string
  readonly region: string
  readonly continent: string
  readonly class: string
}

/**
 * What one member's reports of one leaf add up to, by facet. `base` is what figures are made of; `pending` came since
 * and waits until enough others have something new too (see release.ts).
 */
export interface Contribution {
  readonly leaf: Leaf
  /** Epoch of the newest report in it. */
  last: number
  readonly base: (Sums | undefined)[]
  readonly pending: (Sums | undefined)[]
}

export const leafKey = ({ model, region, continent, class: workload }: Leaf): string =>
  `${model}\n${region}\n${continent}\n${workload}`

export const emptyContribution = (leaf: Leaf): Contribution => ({
  leaf,
  last: 0,
  base: new Array<Sums | undefined>(FACET_COUNT).fill(undefined),
  pending: new Array<Sums | undefined>(FACET_COUNT).fill(undefined),
})

/** Share of its weight that an observation keeps over so many epochs; above 1 for those of the future. */
export const keepOver = (epochs: number, epochSeconds: number): number => 0.5 ** ((epochs * epochSeconds) / HALF_LIFE_S)

/**
 * Adds a reported cell, of epoch `epoch`, to what waits; `weight` is what an observation of that epoch counts today.
 */
export function foldCell(into: Contribution, cell: ReportCell, epoch: number, weight: number): void {
  into.last = Math.max(into.last, epoch)
  for (const [facet, name] of FACETS.entries()) {
    const sums = sumsOf(cell, name)
    if (!sums) continue
    into.pending[facet] ??= emptySums()
    addSums(facet, into.pending[facet], sums, weight)
  }
}

/** The leaf of what is said of a model as a whole. */
export const modelLeaf = (model: string, continent: string): Leaf => ({ model, region: '-', continent, class: '*' })

/** Adds, to what waits, that the member lists the model of `modelLeaf` (`PASSED_OVER`, `OFFERED`). */
export function foldListed(into: Contribution, facet: number, epoch: number, weight: number): void {
  into.last = Math.max(into.last, epoch)
  const waiting = into.pending[facet] ?? emptySums()
  into.pending[facet] = waiting
  addSums(facet, waiting, { n: weight, a: 0, b: 0, grid: undefined })
}

/** Adds answers that were successes or were not, to what waits. */
export function foldAnswers(into: Contribution, sums: Sums, epoch: number, weight: number): void {
  into.last = Math.max(into.last, epoch)
  const waiting = into.pending[SUCCESS] ?? emptySums()
  into.pending[SUCCESS] = waiting
  addSums(SUCCESS, waiting, sums, weight)
}

/** In place: time passes. What is as good as gone goes. */
export function fade(contribution: Contribution, keep: number): void {
  for (const part of [contribution.base, contribution.pending]) {
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      const sums = part[facet]
      if (!sums) continue
      fadeSums(facet, sums, keep)
      if (sums.n < MIN_OBSERVATIONS) part[facet] = undefined
    }
  }
}

export const isEmpty = ({ base, pending }: Contribution): boolean =>
  base.every((sums) => !sums) && pending.every((sums) => !sums)

function sumsOf(cell: ReportCell, facet: (typeof FACETS)[number]): Sums | undefined {
  if (cell.n < MIN_OBSERVATIONS) return undefined
  switch (facet) {
    case 'success': {
      const ok = cell.kinds.ok ?? 0
      const faults = FAULT_KINDS.reduce((sum, kind) => sum + (cell.kinds[kind] ?? 0), 0)
      return { n: cell.n, a: ok, b: faults, grid: undefined }
    }
    case 'passed_over':
    case 'offered':
      return undefined
    case 'cache_hit':
    case 'price': {
      const value = cell[facet]
      return value === undefined ? undefined : { n: cell.n, a: value, b: 0, grid: undefined }
    }
    default:
      return momentSums(cell[facet], cell.grids?.[facet])
  }
}

function momentSums(moments: Moments | undefined, sparse: SparseGrid | undefined): Sums | undefined {
  if (!moments || moments.n < MIN_OBSERVATIONS) return undefined
  let grid: Float64Array | undefined
  if (sparse && sparse.length > 0) {
    grid = new Float64Array(BUCKETS)
    for (const [bucket, count] of sparse) grid[bucket] = grid[bucket]! + count
  }
  return { n: moments.n, a: moments.mean, b: moments.var, grid }
}
