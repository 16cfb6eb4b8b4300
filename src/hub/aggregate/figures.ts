import { MAX_LOG_VARIANCE } from '../../federation/protocol/limits.ts'
import { type Cohorts, isTrusted, weightOf } from './cohorts.ts'
import type { Location } from './location.ts'
import { medianFigure, rateOf, type ShareFigures, type SuccessFigures, shareFigures, successFigures } from './shares.ts'
import { emptySums, FACETS, type Sums } from './sums.ts'
import { type Anchor, type TimeFigures, timeFigures } from './times.ts'
import { capWeights } from './weights.ts'

/** What is published of one facet of one cell. */
export type FacetFigures = TimeFigures | SuccessFigures | ShareFigures | number

export interface Judged {
  readonly figures: FacetFigures
  /** Against which members are measured; undefined for facets that are no measure of honesty. */
  readonly location: Location | undefined
  /** Trusted cohorts near the figure. */
  readonly near: number
}

/**
 * How far from a figure members may lie and still be those that it is of: about three standard deviations of what
 * members of the panel differ by. On the logarithm for times, speeds and prices; in shares for the others.
 */
const NEAR = { log: 1.5, price: 1, share: 0.35 } as const

/** The weights by which cohorts count, capped, in their order. */
export const weightsOf = ({ sums, trust }: Cohorts): Float64Array =>
  capWeights(trust.map((own, at) => weightOf(sums.n[at]!, own)))

/**
 * The figures of a facet. At least one cohort. `anchor`: what the hub measured itself, of times and speeds.
 */
export function judge(facet: number, cohorts: Cohorts, anchor?: Anchor): Judged {
  const weights = weightsOf(cohorts)
  const name = FACETS[facet]!
  switch (name) {
    case 'cache_hit': {
      const figures = medianFigure(cohorts, weights, 2)
      return { figures, location: undefined, near: nearTo(cohorts, ({ a }) => Math.abs(a - figures) <= NEAR.share) }
    }
    case 'passed_over':
    case 'offered':
      return { figures: 1, location: undefined, near: nearTo(cohorts, () => true) }
    case 'price': {
      const figures = medianFigure(cohorts, weights, 3)
      const isNear = ({ a }: Sums) => a === figures || Math.abs(Math.log(a / figures)) <= NEAR.price
      return { figures, location: undefined, near: nearTo(cohorts, isNear) }
    }
    case 'success': {
      const [figures, location] = successFigures(cohorts, weights)
      const isNear = ({ a, b }: Sums) => Math.abs(rateOf(a, b) - location.center) <= NEAR.share
      return { figures, location, near: nearTo(cohorts, isNear) }
    }
    default: {
      const [figures, location] = timeFigures(name, cohorts, weights, anchor)
      // At its cap nobody knows how far members differ.
      const near =
        figures.tau2 >= MAX_LOG_VARIANCE ? 0 : nearTo(cohorts, ({ a }) => Math.abs(a - location.center) <= NEAR.log)
      return { figures, location, near }
    }
  }
}

/** Those of shares of answers, see quality.ts: of another opinion than the others one may well be. */
export function judgeShare(_facet: number, cohorts: Cohorts): Judged {
  const [figures, { center }] = shareFigures(cohorts, weightsOf(cohorts))
  const near = nearTo(cohorts, ({ a, b }) => Math.abs(rateOf(a, b) - center) <= NEAR.share)
  return { figures, location: undefined, near }
}

function nearTo({ sums, trust }: Cohorts, isNear: (sums: Sums) => boolean): number {
  const own = emptySums()
  let count = 0
  for (let at = 0; at < trust.length; at++) {
    if (!isTrusted(trust[at]!)) continue
    sums.read(at, own)
    if (isNear(own)) count++
  }
  return count
}
