/** A server as the router has it, and Node's alone: the same application behind both. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { ClientSink } from '../../../../src/routing/ports.ts'
import type { DirectConnection } from '../../../../src/server/direct/connection.ts'
import type { ConnectionBound } from '../../../../src/server/direct/connection-limit.ts'
import { DirectServer } from '../../../../src/server/direct/direct-server.ts'
import { DirectSink } from '../../../../src/server/direct/direct-sink.ts'
import { HttpSink } from '../../../../src/server/http-sink.ts'
import { readBody } from '../../../../src/server/read-body.ts'
import { SurfaceRequest } from '../../../../src/server/surface-request.ts'

export type Application = (url: string, body: Buffer, sink: ClientSink, by: 'socket' | 'node') => void

export const OPTIONS = { IncomingMessage: SurfaceRequest as never, keepAliveTimeout: 72_000 }
export const UNBOUNDED = { max: Number.POSITIVE_INFINITY, refused: () => {}, replaced: () => {} }
const LIMIT = 1024 * 1024

/** What it begins with says how it is answered. */
const isStream = (url: string) => url.startsWith('/stream')

export const HEAD = {
  status: 200,
  contentType: 'text/plain',
  endpoint: 'up/m',
  attempts: 1,
  overheadMs: 0.5,
  generationId: 'gen-1-a',
}

function nodes(application: Application): RequestListener {
  return (request, response) => {
    readBody(request as SurfaceRequest, LIMIT, {
      body: (bytes) =>
        application(request.url!, bytes, new HttpSink(response, isStream(request.url!), 'req-1'), 'node'),
      refused: () => response.destroy(),
    })
  }
}

export function directServer(application: Application, bound: ConnectionBound = UNBOUNDED): DirectServer {
  const serve = (connection: DirectConnection, { url }: { url: string }) =>
    url === '/refused'
      ? undefined
      : {
          body: (bytes: Buffer) =>
            application(url, bytes, new DirectSink(connection, isStream(url), 'req-1'), 'socket'),
        }
  return new DirectServer(OPTIONS, serve, nodes(application), bound)
}

export const nodeServer = (application: Application): Server => createServer(OPTIONS, nodes(application))

export async function listening<S extends Server>(server: S): Promise<S> {
  // As the router does it, whatever is under way.
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (!socket.destroyed && socket.writable) socket.end(`HTTP/1.1 400 ${error.code}\r\nConnection: close\r\n\r\n`)
    else socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export function client(server: Server): Socket {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true })
  return socket.on('error', () => undefined)
}

/** All that comes until `end` has been seen; rejects when the connection closes before. */
export function received(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const take = (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (!text.endsWith(end)) return
      socket.off('data', take)
      resolve(text)
    }
    socket.on('data', take).once('close', () => reject(new Error(`closed after: ${text}`)))
  })
}

/** All that comes until the other side has closed. */
export async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

export const post = (url: string, body: string, ...headers: string[]) =>
  [`POST ${url} HTTP/1.1`, 'Host: x', ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')

export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
