/** Where a selector stands between quality and cost. */
export interface Pace {
  /** What its budget takes of quality: the least `weight` that holds it; 0 while it is kept. */
  readonly budget: number
  /**
   * Gain of quality that pays for the difference between the cheapest and the dearest model, `spread`; below 0 while a
   * dear model is tried that may be better than is known.
   */
  readonly weight: number
  /** USD of that difference in the mean; 0: not known yet. */
  readonly spread: number
  /** Share of the latest requests that went to another than the cheapest model. */
  readonly dear: number
}

export const START_PACE: Pace = { budget: 0, weight: 0.1, spread: 0, dear: 1 }

/** From a state; undefined when it makes no sense. Older ones have `budget` alone. */
export function paceFrom(values: readonly unknown[]): Pace | undefined {
  const [budget, weight = START_PACE.weight, spread = START_PACE.spread, dear = START_PACE.dear] = values as number[]
  const areShares = [budget, spread, dear].every((value) => Number.isFinite(value) && value! >= 0)
  return areShares && Math.abs(weight) <= 1 ? { budget: budget!, weight, spread, dear } : undefined
}
