import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { mayGoOn } from '../../../src/server/slow-bodies.ts'

const PIECE = Buffer.alloc(1024, 'x')

let server: Server
let client: Socket
afterEach(() => {
  client.destroy()
  server.close()
})

/** A server whose requests may take 300 ms, and whose bodies must then bring `bytes` in every second. */
async function start(bytes: number) {
  const told: boolean[] = []
  const late = Promise.withResolvers<void>()
  const whole = Promise.withResolvers<number>()
  server = createServer({ requestTimeout: 300, headersTimeout: 300, connectionsCheckingInterval: 10 }, (request) => {
    let length = 0
    request.on('data', (chunk: Buffer) => (length += chunk.length))
    request.on('end', () => whole.resolve(length))
  })
  const timedOut = Promise.withResolvers<void>()
  server.on('clientError', (_error, socket) => {
    told.push(mayGoOn(socket as Socket, late.resolve, { bytes, everyMs: 1000 }))
    timedOut.resolve()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  return { told, timedOut: timedOut.promise, late: late.promise, whole: whole.promise }
}

const head = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`

it('lets a body come that takes longer than a request may, while it goes on', async () => {
  const { told, timedOut, whole } = await start(1)
  client.write(head(4 * PIECE.length))
  client.write(PIECE)
  await timedOut
  for (let piece = 1; piece < 4; piece++) client.write(PIECE)
  expect(await whole).toBe(4 * PIECE.length)
  expect(told).toEqual([true])
})

it('ends one that brings too little', async () => {
  const { timedOut, late } = await start(10 * PIECE.length)
  client.write(head(4 * PIECE.length))
  await timedOut
  client.write(PIECE)
  await late
})

it('does not wait for a head', async () => {
  const { told, timedOut } = await start(1)
  client.write('POST / HTTP/1.1\r\nHost: x\r\n')
  await timedOut
  expect(told).toEqual([false])
})

it('does not wait for the head of a second request', async () => {
  const { told, timedOut, whole } = await start(1)
  client.write(`${head(1)}x`)
  await whole
  client.write('POST / HTTP/1.1\r\nHost: x\r\n')
  await timedOut
  expect(told).toEqual([false])
})
