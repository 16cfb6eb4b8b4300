/** Kept connections: whom they serve, when they are given up, and what may never be on them. Over real sockets. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildConnector } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { Http1Pool, type Http1Request } from '../../../../../src/routing/upstream/http1/pool.ts'
import { READ_BUFFER } from '../../../../../src/routing/upstream/http1/read-buffer.ts'
import type { Controller, ResponseHandler } from '../../../../../src/routing/upstream/response-handler.ts'
import { wasStale } from '../../../../../src/routing/upstream/stale.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const QUESTION: Http1Request = { method: 'POST', path: '/v1?a=b', headers: {}, body: Buffer.from('question') }

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** `answer` gets what has come on a connection, and the connection's number. */
async function upstream(answer: (socket: Socket, text: string, connection: number) => void) {
  let connections = 0
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const number = connections++
    sockets.push(socket.setNoDelay(true).on('error', () => {}))
    socket.on('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1'), number))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pool = new Http1Pool(origin, buildConnector({ timeout: 5000, allowH2: false, ...{ onread: READ_BUFFER } }))
  closers.push(
    () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
    () => pool.destroy(),
  )
  return { pool, origin, sockets, connections: () => connections }
}

class Seen implements ResponseHandler {
  readonly events: string[] = []
  body = ''
  error: (Error & { code?: string }) | undefined
  controller: Controller | undefined
  readonly over: Promise<void>
  #end!: () => void

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller
    this.events.push('start')
  }

  onResponseStart(_controller: Controller, status: number): void {
    this.events.push(String(status))
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.body += chunk.toString('latin1')
  }

  onResponseEnd(): void {
    this.events.push('end')
    this.#end()
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.error = error
    this.events.push('error')
    this.#end()
  }
}

async function ask(pool: Http1Pool, request: Partial<Http1Request> = {}, seen = new Seen()): Promise<Seen> {
  expect(pool.send({ ...QUESTION, ...request }, seen)).toBe(true)
  await seen.over
  // Until then nobody gets its connection.
  await nextTurn()
  return seen
}

test('a request goes out as one piece, with its length', async () => {
  const asked: string[] = []
  const { pool, origin } = await upstream((socket, text) => {
    asked.push(text)
    socket.write(OK)
  })
  const seen = await ask(pool, { headers: { 'X-Test': 'é', authorization: 'Bearer a' } })
  expect(seen).toMatchObject({ events: ['start', '200', 'end'], body: 'ok' })
  await ask(pool, { body: 'ä', method: 'PUT' })
  await ask(pool, { body: null })
  await ask(pool, { body: null, method: 'GET' })
  const host = `host: ${new URL(origin).host}\r\nconnection: keep-alive\r\n`
  expect(asked).toEqual([
    `POST /v1?a=b HTTP/1.1\r\n${host}X-Test: é\r\nauthorization: Bearer a\r\ncontent-length: 8\r\n\r\nquestion`,
    `PUT /v1?a=b HTTP/1.1\r\n${host}content-length: 2\r\n\r\n${Buffer.from('ä').toString('latin1')}`,
    `POST /v1?a=b HTTP/1.1\r\n${host}content-length: 0\r\n\r\n`,
    `GET /v1?a=b HTTP/1.1\r\n${host}\r\n`,
  ])
})

test('what is unusual is not sent', async () => {
  const { pool, origin, connections } = await upstream(() => {})
  const unusual: Partial<Http1Request>[] = [
    { headers: { 'x-a': 'b\r\nx-c: d' } },
    { headers: { 'x-a': 'b\nx-c: d' } },
    { headers: { 'x-a': '\0' } },
    { headers: { 'x-a': '€' } },
    { headers: { 'x a': 'b' } },
    { headers: { 'x-a: b\r\nx-c': 'd' } },
    { headers: { '': 'b' } },
    { headers: { 'x-a': ['b'] as unknown as string } },
    { headers: { host: 'elsewhere' } },
    { headers: { 'Content-Length': '3' } },
    { headers: { 'transfer-encoding': 'chunked' } },
    { headers: { Connection: 'close' } },
    { headers: { expect: '100-continue' } },
    { path: '/a b' },
    { path: '/a\r\nx: y' },
    { path: '' },
    { method: 'GET /\r\n' },
  ]
  for (const request of unusual)
    expect(pool.send({ ...QUESTION, ...request }, new Seen()), JSON.stringify(request)).toBe(false)
  expect(connections()).toBe(0)
  expect(pool.send({ ...QUESTION, headers: { Host: new URL(origin).host } }, new Seen())).toBe(true)
})

test('connections serve one request at a time, and again', async () => {
  const waiting: Socket[] = []
  const { pool, connections } = await upstream((socket) => {
    waiting.push(socket)
    if (waiting.length === 3) for (const one of waiting.splice(0)) one.write(OK)
  })
  for (let round = 0; round < 3; round++) await Promise.all([ask(pool), ask(pool), ask(pool)])
  expect(connections()).toBe(3)
})

test('a large request goes out whole, and its answer may take its time', async () => {
  const body = Buffer.alloc(3_000_000, 'large')
  let length = 0
  const { pool, connections } = await upstream((socket, text) => {
    length += text.length
    if (text.endsWith('!')) socket.write(OK)
  })
  body[body.length - 1] = 0x21
  expect(await ask(pool, { body })).toMatchObject({ body: 'ok' })
  expect(length).toBeGreaterThan(body.length)
  await ask(pool, { body })
  expect(connections()).toBe(1)
})

test('an answer that comes before all of the request has gone is one, and ends the connection', async () => {
  const { pool, connections } = await upstream((socket, _text, number) => {
    if (number > 0) socket.write(OK)
    else socket.pause().write('HTTP/1.1 413 Too large\r\ncontent-length: 3\r\n\r\nno!')
  })
  const seen = await ask(pool, { body: Buffer.alloc(30_000_000) })
  expect(seen).toMatchObject({ events: ['start', '413', 'end'], body: 'no!' })
  await ask(pool)
  expect(connections()).toBe(2)
})

describe('a connection is not used again', () => {
  const evil = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'

  test.each([
    ['whose server says so', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    [
      'that is kept for less than its margin',
      'HTTP/1.1 200 OK\r\nkeep-alive: timeout=2\r\ncontent-length: 2\r\n\r\nok',
    ],
    ['on which an answer came that nobody asked for', OK + evil],
    [
      'on which something came behind an answer in chunks',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP`,
    ],
  ])('%s', async (_, answer) => {
    const { pool, connections } = await upstream(
      (socket, _text, number) => void socket.write(number === 0 ? answer : OK),
    )
    expect(await ask(pool)).toMatchObject({ body: 'ok', events: ['start', '200', 'end'] })
    expect(await ask(pool)).toMatchObject({ body: 'ok', events: ['start', '200', 'end'] })
    expect(connections()).toBe(2)
  })

  test('on which something came while it was free', async () => {
    const { pool, sockets, connections } = await upstream((socket) => void socket.write(OK))
    await ask(pool)
    const closed = once(sockets[0]!, 'close')
    sockets[0]!.write(evil)
    await closed
    expect(await ask(pool)).toMatchObject({ body: 'ok' })
    expect(connections()).toBe(2)
  })

  test('that its request was taken back from', async () => {
    const { pool, sockets, connections } = await upstream((socket, _text, number) => {
      if (number > 0) socket.write(OK)
    })
    const seen = new Seen()
    pool.send(QUESTION, seen)
    await expect.poll(() => sockets.length).toBe(1)
    const closed = once(sockets[0]!, 'close')
    await expect.poll(() => seen.controller).toBeDefined()
    seen.controller!.abort(new Error('enough'))
    await closed
    expect(seen.events).toEqual(['start'])
    expect(await ask(pool)).toMatchObject({ body: 'ok' })
    expect(connections()).toBe(2)
  })
})

test('who is done with a request does nothing to the next one on its connection', async () => {
  let answer = true
  const { pool, sockets } = await upstream((socket) => {
    if (answer) socket.write(OK)
  })
  const first = await ask(pool)
  answer = false
  const second = new Seen()
  pool.send(QUESTION, second)
  first.controller!.pause()
  first.controller!.abort(new Error('late'))
  await nextTurn()
  sockets[0]!.write(OK)
  await second.over
  expect(second).toMatchObject({ body: 'ok', events: ['start', '200', 'end'] })
})

test('a slow taker holds the server back', async () => {
  const size = 64 * 1024 * 1024
  const { pool, sockets } = await upstream((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
    socket.write(Buffer.alloc(size))
  })
  const seen = new Seen()
  let taken = 0
  seen.onResponseData = (controller, chunk) => {
    if (taken === 0) controller.pause()
    taken += chunk.length
  }
  pool.send(QUESTION, seen)
  await expect.poll(() => taken).toBeGreaterThan(0)
  const held = taken
  for (let turn = 0; turn < 50; turn++) await nextTurn()
  expect(taken).toBe(held)
  expect(sockets[0]!.writableLength).toBeGreaterThan(0)
  seen.controller!.resume()
  await seen.over
  expect(taken).toBe(size)
})

test.each([
  ['in its head', 'HTTP/1.1 200 OK\r\nx-a', 'UND_ERR_SOCKET'],
  ['in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok', 'UND_ERR_SOCKET'],
  ['without a word', '', 'UND_ERR_SOCKET'],
  ['after what is no answer', 'SSH-2.0\r\n\r\n', 'HPE_INVALID_CONSTANT'],
])('an answer that breaks off %s is an error', async (_, text, code) => {
  const { pool } = await upstream((socket) => void socket.end(text))
  const seen = await ask(pool)
  expect(seen.events.at(-1)).toBe('error')
  expect(seen.error?.code).toBe(code)
})

test('what whoever takes the answer throws ends its request, and nothing else', async () => {
  const { pool } = await upstream((socket) => void socket.write(OK))
  const seen = new Seen()
  seen.onResponseData = () => {
    throw new TypeError('a defect')
  }
  expect((await ask(pool, {}, seen)).error).toBeInstanceOf(TypeError)
  expect(await ask(pool)).toMatchObject({ body: 'ok' })
})

test('a server that is not there is an error', async () => {
  const pool = new Http1Pool(
    'http://127.0.0.1:1',
    buildConnector({ timeout: 5000, allowH2: false, ...{ onread: READ_BUFFER } }),
  )
  expect((await ask(pool)).error?.code).toBe('ECONNREFUSED')
})

describe('closing', () => {
  test('lets requests end, and keeps nothing', async () => {
    let answer = true
    const { pool, sockets } = await upstream((socket) => {
      if (answer) socket.write(OK)
    })
    await Promise.all([ask(pool), ask(pool)])
    answer = false
    const seen = new Seen()
    pool.send(QUESTION, seen)
    await nextTurn()
    const closed = sockets.map((socket) => once(socket, 'close'))
    pool.close()
    for (const socket of sockets) socket.write(OK)
    await seen.over
    expect(seen.body).toBe('ok')
    await Promise.all(closed)
    expect(pool.send(QUESTION, new Seen())).toBe(false)
  })

  test('lets a request end that is still waiting for its connection', async () => {
    const { pool, connections } = await upstream((socket) => void socket.write(OK))
    const seen = new Seen()
    pool.send(QUESTION, seen)
    pool.close()
    await seen.over
    expect(seen).toMatchObject({ events: ['start', '200', 'end'], body: 'ok' })
    expect(connections()).toBe(1)
  })

  test('at once gives nobody a reason to send a request again', async () => {
    let answer = true
    const { pool } = await upstream((socket) => {
      if (answer) socket.write(OK)
    })
    await ask(pool)
    answer = false
    const seen = new Seen()
    pool.send(QUESTION, seen)
    pool.destroy()
    await seen.over
    expect(wasStale(seen.error!)).toBe(false)
  })

  test('at once fails what is under way', async () => {
    const { pool, sockets } = await upstream(() => {})
    const seen = new Seen()
    pool.send(QUESTION, seen)
    await expect.poll(() => seen.events).toEqual(['start'])
    await expect.poll(() => sockets.length).toBe(1)
    pool.destroy()
    await seen.over
    expect(seen.events).toEqual(['start', 'error'])
  })
})
