import { type Cohort, weightOf } from './cohorts.ts'
import type { Location } from './location.ts'
import { medianFigure, type SuccessFigures, successFigures } from './shares.ts'
import { FACETS } from './sums.ts'
import { type TimeFigures, timeFigures } from './times.ts'
import { capWeights } from './weights.ts'

/** What is published of one facet of one cell. */
export type FacetFigures = TimeFigures | SuccessFigures | number

export interface Judged {
  readonly figures: FacetFigures
  /** Against which members are measured; undefined for facets that are no measure of honesty. */
  readonly location: Location | undefined
}

/** Voices in an order that does not depend on the order in which reports came, for the sums of floating point. */
export const inOrder = (cohorts: Iterable<Cohort>): Cohort[] => [...cohorts].sort((x, y) => x.id - y.id)

/** The weights by which cohorts count, capped, in their order. */
export const weightsOf = (cohorts: readonly Cohort[]): Float64Array => capWeights(cohorts.map(weightOf))

/** The figures of a facet. At least one cohort. */
export function judge(facet: number, cohorts: readonly Cohort[]): Judged {
  const weights = weightsOf(cohorts)
  const name = FACETS[facet]!
  switch (name) {
    case 'cache_hit':
      return { figures: medianFigure(cohorts, weights, 2), location: undefined }
    case 'price':
      return { figures: medianFigure(cohorts, weights, 3), location: undefined }
    case 'success': {
      const [figures, location] = successFigures(cohorts, weights)
      return { figures, location }
    }
    default: {
      const [figures, location] = timeFigures(name, cohorts, weights)
      return { figures, location }
    }
  }
}
