import { ProtocolProblem } from '../../federation/protocol/problem.ts'

const RETRY_AFTER_S = 5

/**
 * Lets one caller in at a time: many at once could not be worked for without making everybody else wait. The others get
 * `unavailable`, at once.
 */
export function oneAtATime<Arguments extends readonly unknown[], Result>(
  work: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let isBusy = false
  return async (...args) => {
    if (isBusy) {
      throw new ProtocolProblem(
        'unavailable',
        `The hub is working this out for another member: try again in ${RETRY_AFTER_S} s.`,
        {
          retryAfterS: RETRY_AFTER_S,
        },
      )
    }
    isBusy = true
    try {
      return await work(...args)
    } finally {
      isBusy = false
    }
  }
}
