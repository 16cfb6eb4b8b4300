/** Kept-alive connections that the other side gave up, and answers before the answer, over real sockets. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { DeadlineWheel } from '../../../../src/base/deadline-wheel.ts'
import { Attempt } from '../../../../src/routing/attempt/attempt.ts'
import type { AttemptResult } from '../../../../src/routing/attempt/attempt-result.ts'
import { WholeReceiver } from '../../../../src/routing/attempt/whole-receiver.ts'
import { watched } from '../../../../src/routing/upstream/connection.ts'
import { Transport } from '../../../../src/routing/upstream/transport.ts'

const TIMEOUTS = { connectMs: 5000, firstTokenMs: 5000, responseMs: 5000, aliveMs: 5000, idleMs: 5000, totalMs: 5000 }
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/**
 * `answer` gets each request with its number on its connection, from 1. Gives how to ask, and how many requests came.
 */
async function upstream(answer: (socket: Socket, nth: number) => void, headers = {}) {
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let nth = 0
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.on('data', () => {
      requests += 1
      nth += 1
      answer(socket, nth)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const transport = new Transport({ connectMs: 5000 })
  closers.push(
    () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
    () => transport.close(),
  )
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const ask = (): Promise<AttemptResult> =>
    new Promise((resolve) =>
      new Attempt({
        adapter: { wires: {}, prepare: () => ({}) as never, classify: () => ({ kind: 'provider_error', message: '' }) },
        prepare: () => ({ method: 'POST', url, headers, body: Buffer.from('question'), framing: 'none' }) as never,
        stream: false,
        line: transport,
        wheel: new DeadlineWheel(),
        timeouts: TIMEOUTS,
        dueMs: performance.now() + 5000,
        receive: () =>
          new WholeReceiver({
            readWhole: (body) => ({ started: true, finished: true, outputChars: 0, toolCalls: 0, body }),
          }),
        ended: resolve,
      }).start(),
    )
  return { ask, sockets, requests: () => requests }
}

const kinds = (results: readonly AttemptResult[]) => results.map(({ kind }) => kind)

describe.each([
  ['of our own', {}],
  // Whatever is unusual goes by undici.
  ['of undici', { te: 'trailers' }],
])('connections %s', (_kind, headers) => {
  test.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => void socket.resetAndDestroy()],
    ['closed', (socket) => void socket.end()],
  ])('connections that are %s when they are used again cost no request, however many there are', async (_, giveUp) => {
    const { ask, requests } = await upstream(
      (socket, nth) => (nth === 1 ? void socket.write(OK) : giveUp(socket)),
      headers,
    )
    const together = await Promise.all(Array.from({ length: 6 }, ask))
    const after = [await ask(), await ask()]
    expect(kinds([...together, ...after])).toEqual(Array.from({ length: 8 }, () => 'ok'))
    // What a connection said second had to be said again; each had only one first time.
    expect(requests()).toBeGreaterThan(8)
  })

  test('a new connection that breaks is the fault of the endpoint, and the request is not sent again', async () => {
    const { ask, requests } = await upstream((socket) => void socket.resetAndDestroy(), headers)
    expect(await ask()).toMatchObject({ kind: 'provider_network' })
    expect(requests()).toBe(1)
  })

  test('an answer that has begun is not asked for again', async () => {
    const { ask, requests } = await upstream((socket, nth) => {
      if (nth === 1) socket.write(OK)
      else socket.end('HTTP/1.1 200')
    }, headers)
    await ask()
    // The pool hands a connection out again in the next turn.
    await nextTurn()
    expect(await ask()).toMatchObject({ kind: 'provider_network' })
    expect(requests()).toBe(2)
  })

  test.each([
    ['one', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['one without a reason', 'HTTP/1.1 100\r\nvia: proxy\r\n\r\n'],
    ['many', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)],
    [
      'one among other interim answers',
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
    ],
  ])('100 Continue that nobody asked for is skipped: %s', async (name, interim) => {
    const { ask, requests } = await upstream((socket) => void socket.write(interim + OK), headers)
    expect(kinds([await ask(), await ask()]), name).toEqual(['ok', 'ok'])
    expect(requests()).toBe(2)
  })

  test('100 Continue is skipped wherever it is cut', async () => {
    const { ask } = await upstream((socket) => {
      const bytes = `HTTP/1.1 100 Continue\r\n\r\n${OK}`
      let at = 0
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes[at++]!, () => setImmediate(next))
      }
      socket.setNoDelay(true)
      next()
    }, headers)
    expect(await ask()).toMatchObject({ kind: 'ok', status: 200 })
  })

  test('a connection that breaks behind 100 Continue is not asked again: the request had arrived', async () => {
    const { ask, requests } = await upstream((socket, nth) => {
      if (nth === 1) socket.write(OK)
      else socket.end('HTTP/1.1 100 Continue\r\n\r\n')
    }, headers)
    await ask()
    // The pool hands a connection out again in the next turn.
    await nextTurn()
    expect(await ask()).toMatchObject({ kind: 'provider_network' })
    expect(requests()).toBe(2)
  })

  test('an upgrade that nobody asked for is reported as one', async () => {
    const { ask } = await upstream(
      (socket) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      headers,
    )
    expect(await ask()).toMatchObject({
      kind: 'provider_malformed',
      failure: { message: expect.stringContaining('101') },
    })
  })
})

/** A connection as undici reads it, with what it took in which order; `take` false: it is slow. */
function connection(take: () => boolean) {
  const taken: string[] = []
  const socket = watched(new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }) as Socket)
  socket.on('readable', () => {
    while (take()) {
      const bytes = socket.read() as Buffer | null
      if (bytes === null) break
      taken.push(bytes.toString())
    }
  })
  return { socket, taken }
}

test('what comes is taken at once', () => {
  const { socket, taken } = connection(() => true)
  socket.push(Buffer.from('a'))
  socket.push(Buffer.from('b'))
  expect(taken).toEqual(['a', 'b'])
})

test('what a slow reader leaves waits in order, with what it gives back in front', async () => {
  let slow = true
  const { socket, taken } = connection(() => !slow)
  socket.push(Buffer.from('b'))
  socket.push(Buffer.from('c'))
  socket.unshift(Buffer.from('a'))
  expect(taken).toEqual([])
  slow = false
  socket.emit('readable')
  socket.push(Buffer.from('d'))
  expect(taken.join('')).toBe('abcd')
})

test('what comes while other bytes are handed on is taken after them', async () => {
  const other = connection(() => true)
  const { socket, taken } = connection(() => {
    other.socket.push(Buffer.from('x'))
    return true
  })
  socket.push(Buffer.from('a'))
  expect([taken, other.taken]).toEqual([['a'], []])
  await nextTurn()
  expect(other.taken.join('')).toMatch(/^x+$/)
})

test('the end comes behind the last bytes', async () => {
  const { socket, taken } = connection(() => true)
  const ended = once(socket, 'end')
  socket.push(Buffer.from('a'))
  socket.push(null)
  await ended
  expect(taken).toEqual(['a'])
})
