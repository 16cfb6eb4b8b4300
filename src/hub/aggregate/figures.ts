import type { Location } from './location.ts'
import { medianFigure, type SuccessFigures, successFigures } from './shares.ts'
import { FACETS } from './sums.ts'
import { type TimeFigures, timeFigures } from './times.ts'
import { type Voice, weightOf } from './voices.ts'
import { capWeights } from './weights.ts'

/** What is published of one facet of one cell. */
export type FacetFigures = TimeFigures | SuccessFigures | number

export interface Judged {
  readonly figures: FacetFigures
  /** Against which members are measured; undefined for facets that tell nothing of anybody's honesty. */
  readonly location: Location | undefined
}

/** Voices in an order that does not depend on the order in which reports came, for the sums of floating point. */
export const inOrder = (voices: Iterable<Voice>): Voice[] => [...voices].sort((x, y) => x.voice - y.voice)

/** The weights by which voices count, capped, in their order. */
export const weightsOf = (voices: readonly Voice[]): Float64Array => capWeights(voices.map(weightOf))

/** The figures of a facet. At least one voice. */
export function judge(facet: number, voices: readonly Voice[]): Judged {
  const weights = weightsOf(voices)
  const name = FACETS[facet]!
  switch (name) {
    case 'cache_hit':
      return { figures: medianFigure(voices, weights, 2), location: undefined }
    case 'price':
      return { figures: medianFigure(voices, weights, 3), location: undefined }
    case 'success': {
      const [figures, location] = successFigures(voices, weights)
      return { figures, location }
    }
    default: {
      const [figures, location] = timeFigures(name, voices, weights)
      return { figures, location }
    }
  }
}
