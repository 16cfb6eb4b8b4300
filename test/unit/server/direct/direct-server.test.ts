import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientSink } from '../../../../src/routing/ports.ts'
import type { ConnectionBound } from '../../../../src/server/direct/connection-limit.ts'
import { DirectServer } from '../../../../src/server/direct/direct-server.ts'
import { DirectSink } from '../../../../src/server/direct/direct-sink.ts'
import type { RequestHead } from '../../../../src/server/direct/read-head.ts'
import { client, directServer, HEAD, listening, OPTIONS, post, received, turn, UNBOUNDED, untilClosed } from './pair.ts'

interface Asked {
  readonly url: string
  readonly body: Buffer
  readonly sink: ClientSink
  readonly by: 'socket' | 'node'
}

let server: DirectServer
let bound: { max: number } & ConnectionBound
let sockets: Socket[]
const asked: Asked[] = []
const waiting: ((one: Asked) => void)[] = []

/** The next request that the application is given. */
const next = () =>
  new Promise<Asked>((resolve) => {
    const one = asked.shift()
    if (one) resolve(one)
    else waiting.push(resolve)
  })

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  asked.length = 0
  sockets = []
  bound = { ...UNBOUNDED }
  server = directServer((url, body, sink, by) => {
    const resolve = waiting.shift()
    if (resolve) resolve({ url, body, sink, by })
    else asked.push({ url, body, sink, by })
  }, bound)
  await listening(server)
})
afterEach(() => {
  vi.useRealTimers()
  for (const socket of sockets) socket.destroy()
  server.close()
  server.closeAllConnections()
})

function opened(): Socket {
  const socket = client(server)
  sockets.push(socket)
  return socket
}

const answer = (sink: ClientSink, text = 'ok') => {
  sink.start(HEAD)
  sink.end(Buffer.from(text))
}

async function askedAndAnswered(socket: Socket, request = post('/echo', 'x')): Promise<Asked> {
  const text = received(socket, 'ok')
  socket.write(request)
  const one = await next()
  answer(one.sink)
  await text
  return one
}

/** The server's side of all connections. */
const connected = () => new Promise<Socket>((resolve) => server.once('connection', (socket: Socket) => resolve(socket)))

interface Unread {
  readonly socket: Socket
  readonly sink: ClientSink
  /** The server's side of it. */
  readonly side: Socket
}

/** A stream of which more has been written than the system takes: its client does not read. */
async function unreadStream(): Promise<Unread> {
  const serverSide = connected()
  const socket = opened().pause()
  socket.write(post('/stream', 'x'))
  const [{ sink }, side] = await Promise.all([next(), serverSide])
  sink.start(HEAD)
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  while (side.writableLength === 0) {
    sink.write(chunk)
    await turn()
    await turn()
  }
  return { socket, sink, side }
}

describe('a connection', () => {
  it('serves one request after the other, also with other heads', async () => {
    const socket = opened()
    for (const header of ['X-A: 1', 'X-A: 1', 'X-A: 2', 'X-B: 1']) {
      const { by, body } = await askedAndAnswered(socket, post('/echo', 'x'.repeat(header.charCodeAt(2)), header))
      expect([by, body.length]).toEqual(['socket', header.charCodeAt(2)])
    }
  })

  it('takes a body that comes in pieces', async () => {
    const socket = opened()
    const request = post('/echo', 'abcdef')
    for (const piece of [request.slice(0, -6), 'ab', 'cd', 'ef']) {
      socket.write(piece)
      await turn()
    }
    const { by, body } = await next()
    expect([by, body.toString()]).toEqual(['socket', 'abcdef'])
  })

  it('is Node’s from the first request on that is not ordinary', async () => {
    const socket = opened()
    const requests = [post('/echo', 'x'), post('/echo?q=1', 'x', 'X-A: \xe9'), post('/echo', 'x')]
    const by: string[] = []
    for (const request of requests) by.push((await askedAndAnswered(socket, request)).by)
    expect(by).toEqual(['socket', 'node', 'node'])
  })

  it('is Node’s where the application leaves a request to it', async () => {
    expect((await askedAndAnswered(opened(), post('/refused', 'x'))).by).toBe('node')
  })

  it('answers what was sent while it answered another afterwards, in order', async () => {
    const socket = opened()
    socket.write(post('/echo', 'one'))
    const first = await next()
    const more = Array.from({ length: 60 }, (_, index) => post('/echo', `${index}`.padEnd(4000)))
    socket.write(more.join(''))
    for (let turns = 0; turns < 5; turns++) await turn()
    const text = received(socket, 'end')
    answer(first.sink, 'first')
    for (let index = 0; index < more.length; index++) {
      const one = await next()
      expect([one.by, one.body.toString().trim()]).toEqual(['node', `${index}`])
      answer(one.sink, index === more.length - 1 ? 'end' : `${index}`)
    }
    expect((await text).match(/HTTP\/1\.1 200 /g)).toHaveLength(61)
  })

  it('that its client closes is known to be closed at once, for whole answers and streams', async () => {
    for (const url of ['/echo', '/stream']) {
      for (const half of [false, true]) {
        const socket = opened()
        socket.write(post(url, 'x'))
        const { sink } = await next()
        if (url === '/stream') {
          sink.start(HEAD)
          sink.write(Buffer.from('one'))
          await once(socket, 'data')
        }
        const gone = new Promise<void>((resolve) => sink.onClose(resolve))
        if (half) socket.end()
        else socket.resetAndDestroy()
        await gone
        expect(sink.closed).toBe(true)
        // Nothing comes of it.
        answer(sink)
      }
    }
  })

  it('holds back who writes faster than the client reads', async () => {
    const socket = opened().pause()
    socket.write(post('/stream', 'x'))
    const { sink } = await next()
    sink.start(HEAD)
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    while (sink.write(chunk)) await turn()
    const drained = new Promise<void>((resolve) => sink.onDrain(resolve))
    socket.resume()
    await drained
    const text = received(socket, '0\r\n\r\n')
    sink.end()
    await text
  })

  it('notices that its client has gone, however much of the next request it has sent', async () => {
    for (const url of ['/echo', '/stream']) {
      const serverSide = connected()
      const socket = opened()
      socket.write(post(url, 'x'))
      const { sink } = await next()
      const gone = new Promise<void>((resolve) => sink.onClose(resolve))
      const more = Buffer.from(post('/echo', 'x'.repeat(300_000)))
      socket.write(more)
      const { bytesRead } = await serverSide
      while ((await serverSide).bytesRead < bytesRead + more.length) await turn()
      socket.destroy()
      await gone
    }
  })

  it('is hung up on when a megabyte has come while it answers', async () => {
    const socket = opened()
    socket.write(post('/echo', 'x'))
    const { sink } = await next()
    const gone = new Promise<void>((resolve) => sink.onClose(resolve))
    socket.write(post('/echo', 'x'.repeat(1024 * 1024)))
    await Promise.all([gone, untilClosed(socket)])
  })

  it('is over once its client has hung up, also where that has left much unread', async () => {
    const { socket, sink } = await unreadStream()
    const gone = new Promise<void>((resolve) => sink.onClose(resolve))
    socket.end()
    await gone
    expect(sink.closed).toBe(true)
  })

  it('has a limit for what its client leaves unread, whatever that sends', async () => {
    for (const more of ['P', post('/refused', 'x'), post('/echo', 'x').slice(0, -1)]) {
      const { socket, sink, side } = await unreadStream()
      sink.end()
      const { bytesRead } = side
      socket.write(more)
      while (side.bytesRead === bytesRead) await turn()
      expect(side.timeout).toBe(60_000)
      socket.destroy()
    }
  })

  it('is Node’s, with all that has come, once its client has read what was left', async () => {
    const { socket, sink, side } = await unreadStream()
    sink.end()
    const request = post('/refused', 'abc')
    for (const piece of [request.slice(0, 20), request.slice(20)]) {
      const { bytesRead } = side
      socket.write(piece)
      while (side.bytesRead === bytesRead) await turn()
    }
    expect(asked).toEqual([])
    const text = received(socket, 'ok')
    socket.resume()
    const { by, body, sink: second } = await next()
    expect([by, body.toString(), side.timeout]).toEqual(['node', 'abc', 0])
    answer(second)
    expect(await text).toContain('0\r\n\r\nHTTP/1.1 200 ')
  })

  it('has none for an answer that comes after one that was read slowly', async () => {
    const { socket, sink, side } = await unreadStream()
    sink.end()
    expect(side.timeout).toBe(60_000)
    const first = received(socket, '0\r\n\r\n')
    socket.resume()
    await first
    socket.write(post('/echo', 'x'))
    const { by } = await next()
    expect([by, side.timeout]).toEqual(['socket', 0])
  })

  it('does not remember a head with keys of its client’s own', async () => {
    const heads: RequestHead[] = []
    const watched = new DirectServer(
      OPTIONS,
      (connection, head) => {
        heads.push(head)
        return { body: () => answer(new DirectSink(connection, false, 'req-1')) }
      },
      () => {},
      UNBOUNDED,
    )
    await listening(watched)
    const socket = client(watched)
    for (const header of ['X-A: 1', 'X-A: 1', 'X-Router-Provider-Key: up=k', 'X-Router-Provider-Key: up=k', 'X-A: 1']) {
      const text = received(socket, 'ok')
      socket.write(post('/echo', 'x', header))
      await text
    }
    socket.destroy()
    watched.close()
    const [plain, again, own, ownAgain, last] = heads
    expect(again).toBe(plain)
    expect(ownAgain).not.toBe(own)
    expect(ownAgain).toEqual(own)
    expect(last).toEqual(plain)
  })

  it('sends what is written of a stream in one turn in one piece', async () => {
    const serverSide = connected()
    const socket = opened()
    socket.write(post('/stream', 'x'))
    const { sink } = await next()
    const handle = ((await serverSide) as Socket & { _handle: Record<string, (...args: unknown[]) => unknown> })._handle
    let writes = 0
    for (const name of ['writeBuffer', 'writev', 'writeLatin1String']) {
      const own = handle[name]!.bind(handle)
      handle[name] = (...args) => {
        writes += 1
        return own(...args)
      }
    }
    const text = received(socket, '0\r\n\r\n')
    sink.start(HEAD)
    sink.write(Buffer.from('one'))
    await turn()
    expect(writes).toBe(1)
    sink.write(Buffer.from('two'))
    sink.write(Buffer.from('three'))
    sink.end()
    expect(await text).toContain('3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n')
    expect(writes).toBe(2)
  })

  it('can be given another answer in place of one whose head is none', async () => {
    for (const url of ['/echo', '/stream']) {
      const socket = opened()
      socket.write(post(url, 'x'))
      const { sink } = await next()
      expect(() => {
        sink.start({ ...HEAD, contentType: 'audio/\u2603' })
        sink.end(Buffer.from('x'))
      }).toThrow(expect.objectContaining({ code: 'ROUTER_INTERNAL' }))
      expect((sink as DirectSink).hasBegun).toBe(false)
      const closed = untilClosed(socket)
      sink.abort()
      expect(await closed).toBe('')
    }
  })

  it('is left alone by an answer that is over', async () => {
    const socket = opened()
    const { sink } = await askedAndAnswered(socket)
    sink.abort()
    sink.write(Buffer.from('more'))
    sink.end(Buffer.from('more'))
    expect((await askedAndAnswered(socket)).by).toBe('socket')
  })
})

describe('time', () => {
  const SECONDS = 1000

  it('closes a connection that was idle for as long as it is kept', async () => {
    const socket = opened()
    await askedAndAnswered(socket)
    vi.advanceTimersByTime(72 * SECONDS)
    await askedAndAnswered(socket)
    const closed = untilClosed(socket)
    vi.advanceTimersByTime(74 * SECONDS)
    await closed
  })

  it('leaves a connection to Node that says nothing, and one whose body does not come', async () => {
    const accepted = connected()
    const silent = opened()
    await accepted
    const slow = opened()
    const request = post('/echo', 'body')
    slow.write(request.slice(0, -2))
    await once(server, 'connection')
    // It has been read.
    for (let turns = 0; turns < 3; turns++) await turn()
    vi.advanceTimersByTime(6 * SECONDS)
    expect((await askedAndAnswered(silent)).by).toBe('node')
    const text = received(slow, 'ok')
    slow.write(request.slice(-2))
    const { by, body, sink } = await next()
    answer(sink)
    await text
    expect([by, body.toString()]).toEqual(['node', 'body'])
  })

  it('does not touch one whose answer takes long', async () => {
    const socket = opened()
    const text = received(socket, 'ok')
    socket.write(post('/echo', 'x'))
    const { sink } = await next()
    vi.advanceTimersByTime(1000 * SECONDS)
    answer(sink)
    await text
  })
})

const countOf = (of: DirectServer) => new Promise<number>((resolve) => of.getConnections((_, count) => resolve(count)))

describe('closing', () => {
  it('closes an idle one for one too many, also behind one that has left much unread', async () => {
    bound.max = 2
    const { sink, side } = await unreadStream()
    sink.end()
    const idle = opened()
    await askedAndAnswered(idle)
    const closed = untilClosed(idle)
    await askedAndAnswered(opened())
    await closed
    expect(side.destroyed).toBe(false)
  })

  it('ends idle connections, and those under way once they have their answers', async () => {
    const [idle, busy] = [opened(), opened()]
    await askedAndAnswered(idle)
    busy.write(post('/echo', 'x'))
    const { sink } = await next()
    const closed = untilClosed(idle)
    const all = new Promise((resolve) => server.close(resolve))
    await closed
    const text = received(busy, 'ok')
    answer(sink)
    await text
    server.closeIdleConnections()
    await all
  })

  it('ends all connections, whatever they are at', async () => {
    const [idle, busy, halfway, silent] = [opened(), opened(), opened(), opened()]
    await askedAndAnswered(idle)
    busy.write(post('/echo', 'x'))
    const { sink } = await next()
    halfway.write(post('/echo', 'x').slice(0, -1))
    while ((await countOf(server)) < 4) await turn()
    for (let turns = 0; turns < 3; turns++) await turn()
    const gone = new Promise<void>((resolve) => sink.onClose(resolve))
    const closed = Promise.all([idle, busy, halfway, silent].map(untilClosed))
    server.closeAllConnections()
    await Promise.all([closed, gone])
  })
})
