import type { ScoreBelief } from '../../outcomes/quality/score-book.ts'
import { chancesOfBest } from './chances.ts'

/** What a check says of an answer. */
export interface Verdict {
  readonly passed: boolean
  /** How often such a check is right, above 0.5. */
  readonly reliability: number
}

/** Draws are taken with half the posterior sd, as between models. */
const SHARPNESS = 0.5
/** From here on there is no draw: whoever set up a check does not expect that what failed goes out by chance. */
const SURE = 0.8

/** The belief in an answer once it has been checked (Bayes). */
export function afterCheck({ mean, sd }: ScoreBelief, { passed, reliability }: Verdict): ScoreBelief {
  const [good, bad] = passed ? [reliability, 1 - reliability] : [1 - reliability, reliability]
  const chance = mean * good + (1 - mean) * bad
  return { mean: (mean * good) / chance, sd: (sd * good * bad) / chance ** 2 }
}

/**
 * What a verdict alone says of the model's answers to such requests: a score that is right on average, beyond 0 and 1
 * for a check that errs, and its weight, in opinions.
 */
export function scoreOf({ passed, reliability }: Verdict): { readonly score: number; readonly weight: number } {
  const sharpness = 2 * reliability - 1
  return { score: (Number(passed) - (1 - reliability)) / sharpness, weight: sharpness ** 2 }
}

/**
 * The chance that a checked answer is thrown away for a dearer model's: that this one's draw is higher by more than its
 * cost weighs; 1 where it is at least 0.8.
 */
export function chanceToEscalate(checked: ScoreBelief, dearer: ScoreBelief, cost: number): number {
  const [chance] = chancesOfBest(
    [
      { value: dearer.mean - cost, sd: dearer.sd },
      { value: checked.mean, sd: checked.sd },
    ],
    SHARPNESS,
  )
  return chance! >= SURE ? 1 : chance!
}
