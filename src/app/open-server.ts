import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { RouterError, reasonOf } from '../base/errors.ts'
import type { Config } from '../config/types.ts'

/** Opens a server's port, and gives the URL to reach it by. @throws RouterError ROUTER_LISTEN */
export async function openServer(server: FastifyInstance, { host, port }: Config['server']): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    const reason = inUse ? 'something else listens there (set server.port or --port)' : reasonOf(error)
    throw new RouterError('ROUTER_LISTEN', { address: `${host}:${port}`, reason }, { cause: error })
  }
  const { port: bound } = server.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}
