/**
 * Property tests draw the same inputs in every run, so that who changes nothing sees nothing fail. `TEST_FUZZ=20` draws
 * others, twenty times as many. What fails prints its seed, and gets a test of its own.
 */
import fc from 'fast-check'

const fuzz = Number(process.env.TEST_FUZZ ?? 0)

/** So many runs of a property, or more. */
export const runs = (count: number): number => count * Math.max(1, fuzz)

fc.configureGlobal({ numRuns: runs(100), ...(fuzz === 0 && { seed: 20261128 }) })
