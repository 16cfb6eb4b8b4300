import type { Cohorts } from './cohorts.ts'
import { type Location, locate, sampleOf, weightedMedian } from './location.ts'
import { clamp, round, significant } from './rounding.ts'

/** Beta moments of success. */
export interface SuccessFigures {
  readonly a: number
  readonly b: number
}

/** a + b: what a newcomer's prior is worth, in requests. */
const MIN_M = 4
const MAX_M = 50
/** Honest members' rates do not agree better than this. */
const FLOOR = 0.01
/** Nothing is certain. */
const SUREST = 0.999
/**
 * What an endpoint is taken to be like before anything is known, and for how many requests that counts: one failure of
 * three is no endpoint that fails every third request.
 */
const USUAL = { p: 0.99, requests: 20 } as const

/** Share of a cohort's requests that were answered; noise may have made a count negative, or larger than all. */
export const rateOf = (answered: number, failed: number): number =>
  clamp(answered / Math.max(1, answered + failed), 0, 1)

/**
 * Beta moments over cohorts (m = p(1-p)/var - 1, method of moments): p is the mean of the rates that are not rejected;
 * the location's M-estimator would overlook the few who see failures; a little is added of what is usual. The variance
 * is theirs, less what chance does to so few requests. Never worth more than the requests behind it.
 */
export function successFigures(cohorts: Cohorts, weights: Float64Array): [SuccessFigures, Location] {
  const { mean, variance, requests, location } = ratesOf(cohorts, weights)
  const shrunk = (requests * mean + USUAL.requests * USUAL.p) / (requests + USUAL.requests)
  const p = clamp(shrunk, 1 - SUREST, SUREST)
  const m = Math.min(requests, clamp((p * (1 - p)) / Math.max(variance, 1e-9) - 1, MIN_M, MAX_M))
  return [{ a: round(p * m, 3), b: round((1 - p) * m, 3) }, location]
}

/** A share of answers: over members, and how far they differ, at the least what chance does to so few answers. */
export interface ShareFigures {
  readonly share: number
  readonly sd: number
  readonly answers: number
}

export function shareFigures(cohorts: Cohorts, weights: Float64Array): [ShareFigures, Location] {
  const { mean, variance, requests, location } = ratesOf(cohorts, weights)
  // Of a share of 1 nobody knows how sure it is: half an answer more.
  const likely = (mean * requests + 0.5) / (requests + 1)
  const sd = Math.sqrt(variance + (likely * (1 - likely)) / (requests + 1))
  return [{ share: round(mean, 3), sd: round(sd, 3), answers: Math.round(requests) }, location]
}

/** The mean of the rates that are not rejected; their variance, less what chance does. */
function ratesOf({ sums, observations }: Cohorts, weights: Float64Array) {
  const rates = sums.a.map((answered, at) => rateOf(answered, sums.b[at]!))
  const typical = weightedMedian(sampleOf(observations, weights))
  const middle = weightedMedian(sampleOf(rates, weights))
  // Of a rate of 1 nobody knows how sure it is: half a failure more.
  const likely = (middle * typical + 0.5) / (typical + 1)
  const floor = FLOOR + Math.sqrt((likely * (1 - likely)) / (typical + 1))
  const location = locate(sampleOf(rates, weights), floor)
  let total = 0
  let sum = 0
  let squares = 0
  let chance = 0
  for (const [index, own] of rates.entries()) {
    if (own < location.low || own > location.high) continue
    const weight = weights[index]!
    total += weight
    sum += weight * own
    squares += weight * own * own
    chance += (weight * (own * (1 - own))) / (observations[index]! + 1)
  }
  const mean = sum / total
  const requests = observations.reduce((all, own) => all + own, 0)
  const variance = Math.max(0, squares / total - mean * mean - chance / total)
  return { mean, variance, requests, location: { ...location, center: mean } satisfies Location }
}

/** Weighted median over cohorts: prices and cache hits cluster at a few values. */
export const medianFigure = ({ sums }: Cohorts, weights: Float64Array, digits: number): number =>
  significant(weightedMedian(sampleOf(sums.a, weights)), digits)

/**
 * A cohort's distance from the others, in standard deviations of it. `variance`: what chance makes, for a single
 * observation.
 */
export const distance = (value: number, variance: number, observations: number, { center, scale }: Location): number =>
  Math.abs(value - center) / Math.sqrt(scale * scale + variance / Math.max(1, observations))
