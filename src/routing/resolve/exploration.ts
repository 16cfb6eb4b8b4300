/** Share of requests that try any of the models: what is never tried is never found to have become better. */
export const EXPLORATION = 0.02
/** The same at first: what looks bad after a few opinions would otherwise not be asked for long. */
const FIRST = 0.5
/** Until so many opinions on each model, or so many answers where few are judged; both fade, as all that is learned. */
const OPINIONS = 50
const ANSWERS = 250
/** Of the sd of a quality, by which it may be better or worse. */
const HOPE = 0.5
/** Of the sd of a quality, from which on a draw is wide. */
const WIDE = 0.4
/** Of the sd of a difference, above which it is no more open which is worth more. */
const CLEAR = 1.5

/** What a request makes of a model. */
export interface Worth {
  /** Quality less what its cost is worth. */
  readonly value: number
  readonly mean: number
  readonly sd: number
  /** Of what is drawn. */
  readonly drawSd: number
  /** Opinions on the model in all, and answers. */
  readonly opinions: number
  readonly answers: number
}

/**
 * Share of requests that go to any of the models (explore, then commit: Garivier, Lattimore and Kaufmann 2016). Models
 * that are compared by answers to different requests are compared badly, and once a dear one is asked for long requests
 * alone, nothing shows that it is as good on short ones. Only while somebody judges answers, and where it is open which
 * model is worth more and whether the poorest is good enough.
 */
export function explorationOf(worths: readonly Worth[], floor: number): number {
  if (!worths.some(({ opinions }) => opinions > 0) || !worths.some(isNew)) return EXPLORATION
  // Draws that are wide, where something special is asked, try all of them as it is.
  if (worths.every(({ drawSd, sd }) => drawSd > WIDE * sd)) return EXPLORATION
  const best = Math.max(...worths.map(({ mean, sd }) => mean + HOPE * sd))
  if (worths.every(({ mean, sd }) => mean - HOPE * sd >= floor * best)) return EXPLORATION
  const top = worths.reduce((a, b) => (b.value > a.value ? b : a))
  const isOpen = worths.some(
    (each) =>
      each !== top && (isNew(each) || isNew(top)) && top.value - each.value < CLEAR * Math.hypot(top.sd, each.sd),
  )
  return isOpen ? FIRST : EXPLORATION
}

const isNew = ({ opinions, answers }: Worth) => opinions < OPINIONS && answers < ANSWERS
