/** The bound on connections: idle ones make room for new ones, and what is too many is answered 503. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { inTime } from '../helpers/patience.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
const sockets: Socket[] = []
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Done.' })
  router = await startRouter({
    config: {
      server: { max_connections: 2 },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
    },
  })
  return async () => {
    await router.stop()
    await upstream.close()
  }
})
afterEach(async () => {
  const closed = sockets.splice(0).map((socket) => {
    const gone = socket.closed || once(socket, 'close')
    socket.destroy()
    return gone
  })
  await Promise.all(closed)
})

function opened(): Socket {
  const socket = connect(Number(new URL(router.url).port), '127.0.0.1').on('error', () => {})
  sockets.push(socket)
  return socket
}

/** All that comes until `end` has, or until the connection closes. */
const received = (socket: Socket, end: RegExp) =>
  inTime(
    new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (bytes: Buffer) => {
        text += bytes.toString('latin1')
        if (end.test(text)) resolve(text)
      })
      socket.once('close', () => resolve(text))
    }),
    `an answer that ends with ${end}`,
  )

const health = 'GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'
const chat = (model: string) => {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] })
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

function asked(request: string, end: RegExp): Promise<string> {
  const socket = opened()
  socket.write(request)
  return received(socket, end)
}

/** A new request is answered, whatever has become of those before. */
it.each([
  ['straight at its socket', chat('up/m'), /Done\..*}$/s],
  ["by Node's server", health, /"ok"}$/],
])('an idle connection that was served %s makes room', async (_, request, end) => {
  for (let i = 0; i < 5; i++) expect(await asked(request, end)).toMatch(/^HTTP\/1\.1 200/)
})

it('when none is idle, a new one is answered 503 and counted', async () => {
  const gate = new Gate()
  upstream.script('held', async (exchange) => {
    await gate.wait()
    await reply({ text: 'Done.' })(exchange)
  })
  const busy = [asked(chat('up/held'), /Done\..*}$/s), asked(chat('up/held'), /Done\..*}$/s)]
  await upstream.waitFor(2, 'held')
  for (const request of [chat('up/m'), health]) {
    const refused = await asked(request, /}$/)
    expect(refused).toMatch(/^HTTP\/1\.1 503/)
    expect(refused).toMatch(/\r\nRetry-After: 1\r\n/)
    expect(refused).toContain('server.max_connections')
  }
  gate.release(2)
  for (const answer of await Promise.all(busy)) expect(answer).toMatch(/^HTTP\/1\.1 200/)
  const metrics = await asked(health.replace('/health', '/metrics'), /resident_memory_bytes \d+\n/)
  expect(metrics).toMatch(/connections_over_limit_total{outcome="refused"} 2\n/)
  expect(metrics).toMatch(/connections_over_limit_total{outcome="closed"} [1-9]/)
})
