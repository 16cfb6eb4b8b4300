/** A value and its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly ci95: readonly [low: number, high: number]
}

const BLOCK_MS = 3_600_000
/** Hours 8,192 apart share a block: a union of blocks is a block, and memory is bounded. */
const MAX_BLOCKS = 8192
/** Fewer blocks say too little about how they vary; then requests are taken as independent. */
const MIN_BLOCKS = 20

/**
 * A ratio of two sums, V = sum a / sum b, which every estimator here is: IPS and doubly robust with b = 1, SNIPS with a
 * = w y and b = w. Its variance by the delta method is
 *
 *     var V = G / (G - 1) * sum over blocks of (sum in the block of (a - V b))^2 / (sum b)^2
 *
 * with hours as blocks when the log has at least 20 of them: the requests of one hour share its brown-outs, and would
 * feign precision if taken as independent. Else every request is a block.
 */
export class Ratio {
  readonly #blocks = new Map<number, { a: number; b: number }>()
  #n = 0
  #a = 0
  #b = 0
  #aa = 0
  #ab = 0
  #bb = 0

  /** `time` in Unix milliseconds. */
  add(time: number, a: number, b = 1): void {
    this.#n += 1
    this.#a += a
    this.#b += b
    this.#aa += a * a
    this.#ab += a * b
    this.#bb += b * b
    const key = Math.floor(time / BLOCK_MS) % MAX_BLOCKS
    const block = this.#blocks.get(key)
    if (block) {
      block.a += a
      block.b += b
    } else this.#blocks.set(key, { a, b })
  }

  /** True when the interval allows for hours that differ. */
  get blocked(): boolean {
    return this.#blocks.size >= MIN_BLOCKS
  }

  /**
   * With Student's t of at most `freedom` degrees, and `unseen` added to the standard error, as the root of the sum of
   * squares. Undefined when nothing was added that counts.
   */
  estimate(freedom = Number.POSITIVE_INFINITY, unseen = 0): Estimate | undefined {
    if (this.#n < 2 || this.#b === 0) return undefined
    const value = this.#a / this.#b
    let squares = this.#aa - 2 * value * this.#ab + value * value * this.#bb
    let groups = this.#n
    if (this.blocked) {
      groups = this.#blocks.size
      squares = 0
      for (const { a, b } of this.#blocks.values()) squares += (a - value * b) ** 2
    }
    const error = Math.sqrt((Math.max(0, squares) * groups) / (groups - 1)) / Math.abs(this.#b)
    const reach = Math.hypot(error, unseen) * student975(Math.min(freedom, groups - 1))
    return { value, ci95: [value - reach, value + reach] }
  }
}

/**
 * The 97.5 % quantile of Student's t (Cornish-Fisher expansion, Abramowitz and Stegun 26.7.5); within 0.1 % from 5
 * degrees on.
 */
export function student975(freedom: number): number {
  const z = 1.959963984540054
  const g1 = (z ** 3 + z) / 4
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  const f = Math.max(1, freedom)
  return z + g1 / f + g2 / f ** 2 + g3 / f ** 3
}
