import type { JsonObject } from '../../plugins/api.ts'
import { CONSTANT, DIMENSIONS, type Features, isSpecial, type PriorVariances } from './features.ts'
import { decay } from './quality-sums.ts'
import { invert } from './symmetric.ts'

/** Weights are brought to the present this often: then the matrix is inverted anew, which takes milliseconds. */
const REFRESH_MS = 6 * 3_600_000
/** Where nobody does that beside the requests, one of them has to. */
const LATEST_MS = 48 * 3_600_000
/** Above it a negative weight leaves the covariance sound. */
const MIN_PIVOT = 0.05
const FIRST_CAPACITY = 16
/** Weight of requests below which they have no mean. */
const MIN_TOTAL = 0.01

/**
 * How good a model's answers are, by the features of a request: Bayesian linear regression of the score, as in linear
 * Thompson sampling (Agrawal and Goyal 2013). The evidence is kept as sums, `S = sum w x x'` and `b = sum w x y`, which
 * fade (half after 30 days) and can be taken back; beside it the covariance `P = (prior + S)^-1`, moved by each score
 * (Sherman and Morrison). Both hold only the features that were ever seen, so that a score takes O(seen^2), and a
 * belief of k features O(k^2).
 */
export class ScoreModel {
  #at = 0
  #revision = 0
  readonly #variances: PriorVariances
  /** Features in the order in which they came, and the row of each: -1 for none. */
  readonly #seen: number[] = []
  readonly #rows = new Int16Array(DIMENSIONS).fill(-1)
  /** Rows have room for so many. */
  #capacity = FIRST_CAPACITY
  #sums = new Float64Array(FIRST_CAPACITY * FIRST_CAPACITY)
  #covariance = new Float64Array(FIRST_CAPACITY * FIRST_CAPACITY)
  #scores = new Float64Array(FIRST_CAPACITY)
  #coefficients = new Float64Array(FIRST_CAPACITY)

  constructor(variances: PriorVariances) {
    this.#variances = variances
  }

  /** Grows with everything learned or forgotten. */
  get revision(): number {
    return this.#revision
  }

  get isEmpty(): boolean {
    return this.#seen.length === 0
  }

  /** Forgets what is too old by `now`. True where there was something to do. */
  advance(now: number): boolean {
    if (this.isEmpty || now - this.#at <= REFRESH_MS) return false
    this.#advance(now)
    return true
  }

  /** The same for who cannot wait: only if it was not done for days. */
  advanceAtLast(now: number): void {
    if (now - this.#at > LATEST_MS) this.advance(now)
  }

  /** What the scores add to each coefficient, from a prior mean of nothing. */
  addCoefficients(into: Float64Array): void {
    for (let row = 0; row < this.#seen.length; row++) into[this.#seen[row]!]! += this.#coefficients[row]!
  }

  /** What is left of a prior's mean, coefficient by coefficient: `P V^-1 mean`. */
  weaken(mean: Float64Array, into: Float64Array): void {
    into.set(mean)
    const [seen, size] = [this.#seen, this.#seen.length]
    SCALED.fill(0, 0, size)
    // By columns, which are rows: most means are of few coefficients.
    for (let column = 0; column < size; column++) {
      const scaled = mean[seen[column]!]! / this.#variances[seen[column]!]!
      if (scaled === 0) continue
      for (let row = 0, at = column * this.#capacity; row < size; row++)
        SCALED[row]! += this.#covariance[at + row]! * scaled
    }
    for (let row = 0; row < size; row++) into[seen[row]!] = SCALED[row]!
  }

  /** Variance of the mean score of requests with these features, in variances of a score. */
  variance(features: Features, from = 0): number {
    let sum = 0
    for (let i = from; i < features.length; i += 2) {
      const value = features[i + 1]!
      const row = this.#rows[features[i]!]!
      if (row < 0) {
        sum += this.#variances[features[i]!]! * value * value
        continue
      }
      const at = row * this.#capacity
      sum += this.#covariance[at + row]! * value * value
      for (let j = from; j < i; j += 2) {
        const column = this.#rows[features[j]!]!
        if (column >= 0) sum += 2 * this.#covariance[at + column]! * value * features[j + 1]!
      }
    }
    return Math.max(0, sum)
  }

  /**
   * Of what is special in the usual request, which is the mean of those that were learned from: the covariance of each
   * coefficient with what that adds to the score, into `into`, and its own variance, which is returned.
   */
  usual(into: Float64Array): number {
    const [seen, size, constant] = [this.#seen, this.#seen.length, this.#rows[CONSTANT]!]
    into.fill(0)
    const total = constant < 0 ? 0 : this.#sums[constant * this.#capacity + constant]!
    if (!(total > MIN_TOTAL)) return 0
    for (let row = 0; row < size; row++)
      SCALED[row] = isSpecial(seen[row]!) ? this.#sums[constant * this.#capacity + row]! / total : 0
    let variance = 0
    for (let row = 0; row < size; row++) {
      let sum = 0
      for (let column = 0, at = row * this.#capacity; column < size; column++)
        sum += this.#covariance[at + column]! * SCALED[column]!
      into[seen[row]!] = sum
      variance += sum * SCALED[row]!
    }
    return variance
  }

  /** Covariance of the mean score of such requests with the coefficient of the constant. */
  withConstant(features: Features): number {
    const constant = this.#rows[CONSTANT]!
    if (constant < 0) return this.#variances[CONSTANT]!
    let sum = 0
    for (let i = 0; i < features.length; i += 2) {
      const row = this.#rows[features[i]!]!
      if (row >= 0) sum += this.#covariance[constant * this.#capacity + row]! * features[i + 1]!
    }
    return sum
  }

  /** `weight`: below zero takes back what was learned at `at`. */
  learn(features: Features, score: number, weight: number, at: number): void {
    if (this.isEmpty) this.#at = at
    this.advanceAtLast(at)
    const share = weight * decay(this.#at - at)
    for (let i = 0; i < features.length; i += 2) this.#rowOf(features[i]!)
    for (let i = 0; i < features.length; i += 2) {
      const row = this.#rows[features[i]!]!
      this.#scores[row]! += share * features[i + 1]! * score
      for (let j = 0; j < features.length; j += 2)
        this.#sums[row * this.#capacity + this.#rows[features[j]!]!]! += share * features[i + 1]! * features[j + 1]!
    }
    this.#move(features, score, share)
    this.#revision++
  }

  /** Of the sums those that are not zero, lower half: `[i, j, sum]...` and `[i, sum of scores]...`, flat. */
  encode(): JsonObject {
    const [sums, scores]: [number[], number[]] = [[], []]
    for (const [row, i] of this.#seen.entries()) {
      if (this.#scores[row] !== 0) scores.push(i, rounded(this.#scores[row]!))
      for (let column = 0; column <= row; column++) {
        const sum = this.#sums[row * this.#capacity + column]!
        if (sum !== 0) sums.push(i, this.#seen[column]!, rounded(sum))
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
      const [row, column] = [model.#rowOf(i), model.#rowOf(j)]
      model.#sums[row * model.#capacity + column] = sum
      model.#sums[column * model.#capacity + row] = sum
    }
    for (let k = 0; k < scores.length; k += 2) {
      if (!isIndex(scores[k]!)) return undefined
      model.#scores[model.#rowOf(scores[k]!)] = scores[k + 1]!
    }
    return model.#invert() ? model : undefined
  }

  /** Makes room for a feature that was never seen. */
  #rowOf(index: number): number {
    const known = this.#rows[index]!
    if (known >= 0) return known
    const row = this.#seen.length
    if (row === this.#capacity) this.#grow()
    this.#seen.push(index)
    this.#rows[index] = row
    this.#covariance[row * this.#capacity + row] = this.#variances[index]!
    return row
  }

  #grow(): void {
    const [size, capacity] = [this.#capacity, 2 * this.#capacity]
    const wider = (matrix: Float64Array) => {
      const result = new Float64Array(capacity * capacity)
      for (let row = 0; row < size; row++) result.set(matrix.subarray(row * size, (row + 1) * size), row * capacity)
      return result
    }
    const longer = (vector: Float64Array) => {
      const result = new Float64Array(capacity)
      result.set(vector)
      return result
    }
    this.#sums = wider(this.#sums)
    this.#covariance = wider(this.#covariance)
    this.#scores = longer(this.#scores)
    this.#coefficients = longer(this.#coefficients)
    this.#capacity = capacity
  }

  #advance(now: number): void {
    const share = decay(now - this.#at)
    this.#at = now
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! *= share
    for (let i = 0; i < this.#scores.length; i++) this.#scores[i]! *= share
    this.#invert()
    this.#revision++
  }

  /** Sherman and Morrison: P -= w P x x' P / (1 + w x' P x), and the coefficients by what the score surprises. */
  #move(features: Features, score: number, weight: number): void {
    const [covariance, size] = [this.#covariance, this.#seen.length]
    GAIN.fill(0, 0, size)
    for (let i = 0; i < features.length; i += 2) {
      const at = this.#rows[features[i]!]! * this.#capacity
      const value = features[i + 1]!
      for (let column = 0; column < size; column++) GAIN[column]! += covariance[at + column]! * value
    }
    let pivot = 1
    let surprise = score
    for (let i = 0; i < features.length; i += 2) {
      const row = this.#rows[features[i]!]!
      pivot += weight * GAIN[row]! * features[i + 1]!
      surprise -= this.#coefficients[row]! * features[i + 1]!
    }
    if (pivot < MIN_PIVOT) {
      this.#invert()
      return
    }
    for (let row = 0; row < size; row++) {
      const gain = (weight * GAIN[row]!) / pivot
      if (gain === 0) continue
      this.#coefficients[row]! += gain * surprise
      const at = row * this.#capacity
      for (let column = 0; column < size; column++) covariance[at + column]! -= gain * GAIN[column]!
    }
  }

  /** The covariance from the sums. False: the sums are no such sums. */
  #invert(): boolean {
    const size = this.#seen.length
    const matrix = new Float64Array(size * size)
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++)
        matrix[row * size + column] = this.#sums[row * this.#capacity + column]!
      matrix[row * size + row]! += 1 / this.#variances[this.#seen[row]!]!
    }
    if (!invert(matrix, size)) return false
    for (let row = 0; row < size; row++) {
      let coefficient = 0
      for (let column = 0; column < size; column++) {
        const value = matrix[row * size + column]!
        this.#covariance[row * this.#capacity + column] = value
        coefficient += value * this.#scores[column]!
      }
      this.#coefficients[row] = coefficient
    }
    return true
  }
}

const GAIN = new Float64Array(DIMENSIONS)
const SCALED = new Float64Array(DIMENSIONS)

const rounded = (sum: number) => Number(sum.toPrecision(9))
const isIndex = (value: number) => Number.isInteger(value) && value >= 0 && value < DIMENSIONS
const areNumbers = (value: unknown, group: number): value is number[] =>
  Array.isArray(value) && value.length % group === 0 && value.every(Number.isFinite)
