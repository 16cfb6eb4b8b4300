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
  /** USD by which requests cost less than their budget until now; below 0 when they cost more. */
  readonly saved: number
}

export const START_PACE: Pace = { budget: 0, weight: 0.1, spread: 0, dear: 1, saved: 0 }

/** From a state; undefined when it makes no sense. Older ones have `budget` alone. */
export function paceFrom(values: readonly unknown[]): Pace | undefined {
  const [budget, weight = START_PACE.weight, spread = START_PACE.spread, dear = START_PACE.dear, saved = 0] =
    values as number[]
  const areShares = [budget, spread, dear].every((value) => Number.isFinite(value) && value! >= 0)
  if (!areShares || !(Math.abs(weight) <= 1) || !Number.isFinite(saved)) return undefined
  return { budget: budget!, weight, spread, dear, saved }
}
