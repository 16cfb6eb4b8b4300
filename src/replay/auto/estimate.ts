/** A mean with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Observations behind it. */
  readonly n: number
}

export const Z95 = 1.96
