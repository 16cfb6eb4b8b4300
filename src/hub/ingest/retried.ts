/**
 * Serialization failure and deadlock (PostgreSQL, appendix A): the statement did nothing, and is meant to be tried
 * again.
 */
const TRANSIENT: ReadonlySet<unknown> = new Set(['40001', '40P01'])
const MAX_TRIES = 4

/** Runs a statement or a whole transaction again where the database says that another one came in between. */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === MAX_TRIES || !TRANSIENT.has((error as { code?: unknown }).code)) throw error
    }
  }
}
