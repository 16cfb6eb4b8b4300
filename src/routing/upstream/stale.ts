/** Errors of connections that had answered before, and had answered nothing to the request that was on them. */
const STALE = new WeakSet<Error>()

export const noteStale = (error: Error): void => void STALE.add(error)

/**
 * True when this error ended a kept-alive connection that the other side had given up before it took the request in.
 */
export const wasStale = (error: Error): boolean => STALE.has(error)
