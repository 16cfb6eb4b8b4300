import type { Belief } from '../../plugins/api.ts'
import { ONE } from '../beliefs/cold.ts'
import type { Sample } from '../sample.ts'
import type { Memory } from './memory.ts'
import { AT } from './places.ts'

/** Observations behind a belief before an answer may be called slow by it. */
export const MIN_OBSERVATIONS = 3
/** Lengths apart, as a logarithm: a tenth. */
const SHORT_OUTLIER_LOG = Math.log(10)

/** So much shorter than the endpoint's answers of this class that it says nothing of how fast those are. */
export function isShortOutlier({ logLength, stream }: Sample, own: Memory, at: number): boolean {
  const n = own.at(at).times(AT.lengths)
  return !stream && n >= MIN_OBSERVATIONS && logLength < own.times(AT.logLength) / n - SHORT_OUTLIER_LOG
}

/** Made from enough of the endpoint's own answers to call another one slow. */
export const hasSupport = (belief: Belief): boolean => belief.n >= MIN_OBSERVATIONS && isOwn(belief)

/** Made from the endpoint's own answers. */
export const isOwn = ({ from }: Belief): boolean => from === 'cell' || from === 'endpoint'

/** With so many answers of its own in a class, a single slow one does not decide what is believed. */
const ENOUGH_OWN = 4
/** One answer in forty is four times slower by chance. */
const SLOW_OUTLIER_LOG = Math.log(4)

/**
 * So slow that it would be believed of a whole class, in which the endpoint is hardly asked again then: that takes two.
 */
export const isDoubtfullySlow = (logTtft: number, belief: Belief, own: number): boolean =>
  own < ENOUGH_OWN && belief.n >= ONE && isOwn(belief) && logTtft - belief.mean > SLOW_OUTLIER_LOG
