import type { FastifyInstance } from 'fastify'

/** For in-band errors to reach their clients once `server.drain_timeout` is over. */
const LAST_WORDS_MS = 250
/** A connection that becomes idle after the close began would otherwise be kept alive for its whole time. */
const IDLE_EVERY_MS = 50

/**
 * Closes a server once its requests have finished. Those that still run after `timeoutMs` are for `cut` to end; then
 * all connections are hung up.
 */
export async function closeServer(app: FastifyInstance, timeoutMs: number, cut: () => void): Promise<void> {
  const { server } = app
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_EVERY_MS)
  const cutting = setTimeout(cut, timeoutMs)
  // Time to send the last words; then whoever has not even sent a request.
  const hangUp = setTimeout(() => server.closeAllConnections(), timeoutMs + LAST_WORDS_MS)
  await app.close()
  clearInterval(idle)
  clearTimeout(cutting)
  clearTimeout(hangUp)
}
