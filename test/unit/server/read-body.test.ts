import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readBody } from '../../../src/server/read-body.ts'
import { SurfaceRequest } from '../../../src/server/surface-request.ts'

const LIMIT = 1_000_000
let server: Server

/** Answers with what was read. */
beforeAll(async () => {
  server = createServer({ IncomingMessage: SurfaceRequest }, (request, response) =>
    readBody(request, LIMIT, {
      body: (bytes) => response.end(bytes),
      refused: (error) => {
        response.shouldKeepAlive = false
        response.writeHead(413).end(error.message)
      },
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

async function post(pieces: readonly Buffer[], headers: Record<string, string | number>) {
  const outgoing = httpRequest({
    port: (server.address() as AddressInfo).port,
    method: 'POST',
    headers: { connection: 'close', ...headers },
  })
  outgoing.on('error', () => {})
  for (const piece of pieces) await new Promise<void>((resolve) => outgoing.write(piece, () => setImmediate(resolve)))
  outgoing.end()
  const [incoming] = await once(outgoing, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return { status: incoming.statusCode as number, body: Buffer.concat(chunks) }
}

const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))
const cut = (...at: number[]) => [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))

it.each([
  ['in one piece', cut()],
  ['in many', cut(1, 10, 100, 10_000, 50_000, 150_000)],
  ['with a large first piece', cut(180_000)],
  ['with a last piece of one byte', cut(5, 199_999)],
])('a body %s is the same, with a length and without', async (_, pieces) => {
  for (const headers of [{ 'content-length': bytes.length }, { 'transfer-encoding': 'chunked' }]) {
    const { status, body } = await post(pieces, headers)
    expect(status).toBe(200)
    expect(body.equals(bytes)).toBe(true)
  }
})

it('nothing is an empty body', async () => {
  for (const headers of [{ 'content-length': 0 }, { 'transfer-encoding': 'chunked' }])
    expect((await post([], headers)).body).toHaveLength(0)
})

it('more than the limit is refused, announced or not', async () => {
  const large = Buffer.alloc(LIMIT + 1)
  for (const headers of [{ 'content-length': large.length }, { 'transfer-encoding': 'chunked' }])
    expect((await post([large], headers)).status).toBe(413)
})
