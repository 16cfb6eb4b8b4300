import type { JsonObject } from '../../plugins/api.ts'
import { CONSTANT, DIMENSIONS, type Features, PRIOR_WEIGHT, type PriorVariances } from './features.ts'
import { decay } from './quality-sums.ts'

/** Variance of a score about its mean: a half right, a half wrong. */
const NOISE = 0.25
/** Weights are brought to the present this often: then the matrix is inverted anew. */
const REFRESH_MS = 6 * 3_600_000
/** Above it a negative weight leaves the covariance sound. */
const MIN_PIVOT = 0.05

/** The mean score of a model of which nothing has been learned, and how many opinions that is worth: 8 or more. */
export interface ScorePrior {
  readonly quality: number
  readonly weight: number
}

export interface ScoreBelief {
  readonly mean: number
  readonly sd: number
}

/**
 * How good a model's answers are, by the features of a request: Bayesian linear regression of the score, as in linear
 * Thompson sampling (Agrawal and Goyal 2013). The evidence is kept as sums, `S = sum w x x'` and `b = sum w x y`, which
 * fade (half after 30 days) and can be taken back; beside it the covariance `P = (prior + S)^-1`, moved by each score
 * in O(d^2) (Sherman and Morrison). A belief takes O(k d) for k features.
 */
export class ScoreModel {
  #at = 0
  readonly #sums = new Float64Array(DIMENSIONS * DIMENSIONS)
  readonly #scores = new Float64Array(DIMENSIONS)
  readonly #covariance = new Float64Array(DIMENSIONS * DIMENSIONS)
  readonly #coefficients = new Float64Array(DIMENSIONS)
  readonly #variances: PriorVariances

  constructor(variances: PriorVariances) {
    this.#variances = variances
    for (let i = 0; i < DIMENSIONS; i++) this.#covariance[i * DIMENSIONS + i] = variances[i]!
  }

  expect(features: Features, { quality, weight }: ScorePrior, now: number, mean?: Float64Array): ScoreBelief {
    if (now - this.#at > REFRESH_MS) this.#advance(now)
    if (!mean) {
      mean = LEVEL
      mean[CONSTANT] = quality
    }
    this.#spread(features)
    let [expected, variance] = [0, 0]
    for (let i = 0; i < features.length; i += 2) {
      expected += this.#coefficients[features[i]!]! * features[i + 1]!
      variance += GAIN[features[i]!]! * features[i + 1]!
    }
    // The prior's mean acts through what is left of its weight.
    for (let i = 0; i < DIMENSIONS; i++) expected += (GAIN[i]! * mean[i]!) / this.#variances[i]!
    // What it is worth above that acts as so many opinions on the constant alone.
    const more = Math.max(0, weight - PRIOR_WEIGHT)
    if (more > 0) {
      const gain = (more * GAIN[CONSTANT]!) / (1 + more * this.#covariance[CONSTANT]!)
      expected += gain * (quality - this.#coefficient(CONSTANT, mean))
      variance -= gain * GAIN[CONSTANT]!
    }
    return { mean: Math.min(1, Math.max(0, expected)), sd: Math.sqrt(NOISE * Math.max(0, variance)) }
  }

  /** All coefficients, from a constant of `quality` as the prior's mean, into `into`. */
  coefficients(quality: number, into: Float64Array, now: number): void {
    if (now - this.#at > REFRESH_MS) this.#advance(now)
    for (let i = 0; i < DIMENSIONS; i++)
      into[i] = this.#coefficients[i]! + quality * PRIOR_WEIGHT * this.#covariance[i * DIMENSIONS + CONSTANT]!
  }

  /** One of them, from the coefficients `mean` as the prior's. */
  #coefficient(index: number, mean: Float64Array): number {
    let sum = this.#coefficients[index]!
    const row = index * DIMENSIONS
    for (let i = 0; i < DIMENSIONS; i++) sum += (this.#covariance[row + i]! * mean[i]!) / this.#variances[i]!
    return sum
  }

  /** `weight`: below zero takes back what was learned at `at`. */
  learn(features: Features, score: number, weight: number, at: number): void {
    if (at - this.#at > REFRESH_MS) this.#advance(at)
    const share = weight * decay(this.#at - at)
    for (let i = 0; i < features.length; i += 2) {
      this.#scores[features[i]!]! += share * features[i + 1]! * score
      for (let j = 0; j < features.length; j += 2)
        this.#sums[features[i]! * DIMENSIONS + features[j]!]! += share * features[i + 1]! * features[j + 1]!
    }
    this.#move(features, score, share)
  }

  /** Of the sums those that are not zero, lower half: `[at, [i, j, sum]..., [i, sum of scores]...]`, flat. */
  encode(): JsonObject {
    const [sums, scores]: [number[], number[]] = [[], []]
    for (let i = 0; i < DIMENSIONS; i++) {
      if (this.#scores[i] !== 0) scores.push(i, rounded(this.#scores[i]!))
      for (let j = 0; j <= i; j++) {
        const sum = this.#sums[i * DIMENSIONS + j]!
        if (sum !== 0) sums.push(i, j, rounded(sum))
      }
    }
    return { at: this.#at, sums, scores }
  }

  /** Undefined when it makes no sense. */
  static decode(state: JsonObject, variances: PriorVariances): ScoreModel | undefined {
    const { at, sums, scores } = state
    if (!Number.isFinite(at) || !areNumbers(sums, 3) || !areNumbers(scores, 2)) return undefined
    const model = new ScoreModel(variances)
    model.#at = at as number
    for (let k = 0; k < sums.length; k += 3) {
      const [i, j, sum] = [sums[k]!, sums[k + 1]!, sums[k + 2]!]
      if (!isIndex(i) || !isIndex(j)) return undefined
      model.#sums[i * DIMENSIONS + j] = sum
      model.#sums[j * DIMENSIONS + i] = sum
    }
    for (let k = 0; k < scores.length; k += 2) {
      if (!isIndex(scores[k]!)) return undefined
      model.#scores[scores[k]!] = scores[k + 1]!
    }
    return model.#invert() ? model : undefined
  }

  #advance(now: number): void {
    if (now <= this.#at) return
    const share = decay(now - this.#at)
    this.#at = now
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! *= share
    for (let i = 0; i < DIMENSIONS; i++) this.#scores[i]! *= share
    this.#invert()
  }

  /** Sherman and Morrison: P -= w P x x' P / (1 + w x' P x), and the coefficients by what the score surprises. */
  #move(features: Features, score: number, weight: number): void {
    const covariance = this.#covariance
    this.#spread(features)
    let pivot = 1
    let surprise = score
    for (let i = 0; i < features.length; i += 2) {
      pivot += weight * GAIN[features[i]!]! * features[i + 1]!
      surprise -= this.#coefficients[features[i]!]! * features[i + 1]!
    }
    if (pivot < MIN_PIVOT) {
      this.#invert()
      return
    }
    for (let i = 0; i < DIMENSIONS; i++) {
      const gain = (weight * GAIN[i]!) / pivot
      if (gain === 0) continue
      this.#coefficients[i]! += gain * surprise
      const row = i * DIMENSIONS
      for (let j = 0; j < DIMENSIONS; j++) covariance[row + j]! -= gain * GAIN[j]!
    }
  }

  /** The covariance with features like these, into `GAIN`. */
  #spread(features: Features): void {
    GAIN.fill(0)
    for (let i = 0; i < features.length; i += 2) {
      const row = features[i]! * DIMENSIONS
      const value = features[i + 1]!
      for (let j = 0; j < DIMENSIONS; j++) GAIN[j]! += this.#covariance[row + j]! * value
    }
  }

  /** The covariance from the sums, over the features that were ever there. False: the sums are no such sums. */
  #invert(): boolean {
    const seen: number[] = []
    for (let i = 0; i < DIMENSIONS; i++) if (this.#sums[i * DIMENSIONS + i] !== 0) seen.push(i)
    const inverse = invert(
      seen.map((i) => seen.map((j) => this.#sums[i * DIMENSIONS + j]! + (i === j ? 1 / this.#variances[i]! : 0))),
    )
    if (!inverse) return false
    this.#covariance.fill(0)
    this.#coefficients.fill(0)
    for (let i = 0; i < DIMENSIONS; i++) this.#covariance[i * DIMENSIONS + i] = this.#variances[i]!
    for (const [row, i] of seen.entries())
      for (const [column, j] of seen.entries()) {
        this.#covariance[i * DIMENSIONS + j] = inverse[row]![column]!
        this.#coefficients[i]! += inverse[row]![column]! * this.#scores[j]!
      }
    return true
  }
}

const GAIN = new Float64Array(DIMENSIONS)
/** A prior's mean of a level alone. */
const LEVEL = new Float64Array(DIMENSIONS)

const rounded = (sum: number) => Number(sum.toPrecision(9))
const isIndex = (value: number) => Number.isInteger(value) && value >= 0 && value < DIMENSIONS
const areNumbers = (value: unknown, group: number): value is number[] =>
  Array.isArray(value) && value.length % group === 0 && value.every(Number.isFinite)

/** Of a symmetric positive definite matrix, by Gauss and Jordan without pivoting; undefined when it is none. */
function invert(matrix: readonly number[][]): number[][] | undefined {
  const size = matrix.length
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let k = 0; k < size; k++) {
    const pivot = rows[k]![k]!
    if (!(pivot > 1e-9)) return undefined
    const top = rows[k]!
    for (let j = k; j < 2 * size; j++) top[j]! /= pivot
    for (let i = 0; i < size; i++) {
      const factor = rows[i]![k]!
      if (i === k || factor === 0) continue
      for (let j = k; j < 2 * size; j++) rows[i]![j]! -= factor * top[j]!
    }
  }
  return rows.map((row) => row.slice(size))
}
