import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { DirectServer } from '../../../src/server/direct/direct-server.ts'
import { client, listening, OPTIONS, received, UNBOUNDED } from './direct/pair.ts'

const ASK = 'GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n'

test('what is left unread of any answer of Node’s has a limit, until it has been read', async () => {
  const bodies = [Buffer.alloc(16 * 1024 * 1024, 'x'), Buffer.from('ok')]
  const responses: ServerResponse[] = []
  const server = await listening(
    new DirectServer(
      OPTIONS,
      () => undefined,
      (_request, response) => {
        responses.push(response)
        response.end(bodies.shift())
      },
      UNBOUNDED,
    ),
  )
  const connected = once(server, 'connection') as Promise<[Socket]>
  const socket = client(server).pause()
  socket.write(ASK)
  const [side] = await connected
  await once(server, 'request')
  expect(side.timeout).toBe(60_000)
  const read = once(responses[0]!, 'finish')
  socket.resume()
  await read
  const text = received(socket, 'ok')
  socket.write(ASK)
  await text
  expect(side.timeout).not.toBe(60_000)
  socket.destroy()
  server.close()
})
