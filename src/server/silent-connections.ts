import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** So long a request may be on its way over a connection that stands. */
const GRACE_MS = 1000

/**
 * When the server closes, Node closes idle connections but counts one that never sent a byte as busy. Such a one gets a
 * moment for its first request, and is then ended, not reset.
 */
export function closeSilentConnections(app: FastifyInstance): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    setTimeout(() => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroySoon()
    }, GRACE_MS)
  })
}
