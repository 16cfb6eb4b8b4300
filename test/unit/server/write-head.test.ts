import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Head, writeHead } from '../../../src/server/write-head.ts'
import { runs } from '../../helpers/properties.ts'

type Answer = (response: ServerResponse, write: typeof writeHead) => void

const NODES: typeof writeHead = (response, status, head) => void response.writeHead(status, head)
const WHOLE: Head = { 'content-type': 'application/json; charset=utf-8', 'x-router-attempts': 1, 'content-length': 2 }

let answer: Answer
let server: Server

beforeAll(async () => {
  server = createServer((request, response) => {
    try {
      answer(response, request.url === '/ours' ? writeHead : NODES)
    } catch (error) {
      response.destroy(error as Error)
    }
  })
  server.keepAliveTimeout = 65_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

/** All that comes until the other side is silent or gone. */
async function bytesOf(path: string, version: string, headers: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  socket.on('error', () => undefined)
  const over = new Promise<void>((resolve) => {
    socket.on('close', () => resolve())
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (text.endsWith('ok')) resolve()
    })
  })
  socket.write(`POST ${path} HTTP/${version}\r\nHost: x\r\n${headers}Content-Length: 0\r\n\r\n`)
  await over
  socket.destroy()
  return text.replace(/^Date: .{29}\r$/m, 'Date: now\r')
}

async function expectAlike(how: Answer, version = '1.1', headers = ''): Promise<string> {
  answer = how
  const [ours, nodes] = [await bytesOf('/ours', version, headers), await bytesOf('/nodes', version, headers)]
  expect(ours).toBe(nodes)
  return ours
}

const whole =
  (head: Head, status = 200): Answer =>
  (response, write) => {
    write(response, status, head)
    response.end('ok', 'latin1')
  }

describe('a head', () => {
  test('is byte for byte that of Node', async () => {
    const text = await expectAlike(whole(WHOLE))
    expect(text).toContain('Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\nok')
  })

  test('is so with anything in it', async () => {
    const name = fc.stringMatching(/^x-[a-z]{1,8}$/)
    const value = fc.oneof(fc.integer(), fc.string({ maxLength: 12 }), fc.string({ maxLength: 6, unit: 'binary' }))
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, value, { maxKeys: 4 }),
        fc.constantFrom(200, 203, 429),
        async (more, status) => {
          await expectAlike(whole({ ...more, ...WHOLE }, status))
        },
      ),
      { numRuns: runs(60) },
    )
  })

  test.each([
    ['HTTP/1.0', '1.0', ''],
    ['a client that closes', '1.1', 'Connection: close\r\n'],
    ['a client that waits for 100', '1.1', 'Expect: 100-continue\r\n'],
  ])('is so for %s', async (_name, version, headers) => {
    await expectAlike(whole(WHOLE), version, headers)
  })

  test('is so behind a header that was set before, and where the connection is to end', async () => {
    await expectAlike((response, write) => {
      response.setHeader('x-before', 'yes')
      whole(WHOLE)(response, write)
    })
    await expectAlike((response, write) => {
      response.shouldKeepAlive = false
      whole(WHOLE)(response, write)
    })
  })

  test('leads to what the response says of itself', async () => {
    await expectAlike((response, write) => {
      write(response, 429, WHOLE)
      const { headersSent, statusCode, statusMessage } = response
      response.end(headersSent && statusCode === 429 && statusMessage === 'Too Many Requests' ? 'ok' : 'no')
    })
  })
})
