/** What the schema's own keywords `duration` and `size` check: the value lies between their bounds. */
import { parseDuration, parseSize } from '../base/units.ts'

/** As written in the file, inclusive. */
interface Limits {
  readonly min: string
  readonly max: string
}

/** What is no duration or size at all fails the pattern, and not this too. */
const within =
  (parse: (value: string | number) => number | undefined) =>
  (limits: Limits, value: string | number | boolean): boolean => {
    if (typeof value === 'boolean') return true
    const amount = parse(value)
    return typeof value === 'string' && amount === undefined
      ? true
      : amount !== undefined && amount >= parse(limits.min)! && amount <= parse(limits.max)!
  }

export const LIMITS = { duration: within(parseDuration), size: within(parseSize) }
