import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { relative } from 'node:path'
import { json } from 'node:stream/consumers'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { OPERATIONS, type Operator } from './operator.ts'

/** Unix sockets have short names (sun_path: 104 bytes on macOS, 108 on Linux). */
const MAX_PATH_BYTES = 103

/** A call travels as JSON, and so does what comes of it. */
export interface Call {
  readonly operation: (typeof OPERATIONS)[number]
  readonly args: readonly unknown[]
}

export type Answer = { readonly result: unknown } | { readonly error: Pick<RouterError, 'code' | 'details'> }

/**
 * Lets commands on this machine reach a running hub whose database only it can open: a Unix socket with mode 0600. Who
 * may open it could read the database itself, so nothing more is asked. The path must be this process's alone.
 * @returns ends it
 * @throws RouterError ROUTER_LISTEN
 */
export async function serveOperator(path: string, operator: Operator): Promise<() => Promise<void>> {
  const server = createServer((request, response) => void answer(operator, request, response))
  try {
    // What a killed hub left; the lock on the database says that it is gone.
    await rm(path, { force: true })
    server.listen(socketPath(path))
    await once(server, 'listening')
    await chmod(path, 0o600)
  } catch (error) {
    server.close()
    throw new RouterError('ROUTER_LISTEN', { address: path, reason: reasonOf(error) }, { cause: error })
  }
  return async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** The shorter way to name a socket. Throws RangeError when that is still too long. */
export function socketPath(path: string): string {
  const nearer = relative(process.cwd(), path)
  const shorter = nearer.length < path.length ? nearer : path
  if (Buffer.byteLength(shorter) > MAX_PATH_BYTES)
    throw new RangeError(`the name of a socket may have ${MAX_PATH_BYTES} bytes; use a shorter --directory`)
  return shorter
}

async function answer(operator: Operator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.stringify(await perform(operator, request))
  response.setHeader('content-type', 'application/json').end(body)
}

async function perform(operator: Operator, request: IncomingMessage): Promise<Answer> {
  try {
    const { operation, args } = (await json(request)) as Call
    if (!OPERATIONS.includes(operation))
      throw new RouterError('ROUTER_USAGE', { reason: `This hub does not know "${operation}".` })
    const method = operator[operation] as (...args: unknown[]) => Promise<unknown>
    return { result: (await method.apply(operator, [...args])) ?? null }
  } catch (error) {
    const known = error instanceof RouterError ? error : new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) })
    return { error: { code: known.code, details: known.details } }
  }
}
