/** Ways to a server other than plain TCP: proxies, TLS of one's own, unix sockets, HTTP/2. Over real sockets. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createTlsServer, type Server } from 'node:https'
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../../../src/base/outbound.ts'
import type { Failure } from '../../../../src/plugins/api.ts'
import { networkFailure } from '../../../../src/routing/upstream/network-failure.ts'
import { Transport } from '../../../../src/routing/upstream/transport.ts'
import { makeAuthority } from '../../../helpers/certificates.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

const authority = makeAuthority()
const server = authority.issue('127.0.0.1')

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function listen<S extends NetServer>(started: S, at: number | string = 0): Promise<S> {
  const sockets = new Set<Socket>()
  started.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  if (typeof at === 'string') started.listen(at)
  else started.listen(at, '127.0.0.1')
  await once(started, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    started.close()
  })
  return started
}

const portOf = (listening: NetServer) => (listening.address() as AddressInfo).port

/** Says over what it was asked. */
const hello: RequestListener = (request, response) => {
  const peer = (request.socket as TLSSocket).getPeerCertificate?.()
  response.end(
    JSON.stringify({
      url: request.url,
      host: request.headers.host,
      http: request.httpVersion,
      peer: peer?.subject?.CN ?? null,
    }),
  )
}

interface Answer {
  readonly status?: number
  readonly body?: Record<string, unknown>
  readonly error?: string
  readonly failure?: Failure
}

function transportOf(env: Record<string, string> = {}): Transport {
  const transport = new Transport({ connectMs: 5000, env })
  closers.push(() => transport.close())
  return transport
}

/** One request; whatever comes of it. */
function ask(transport: Transport, url: string, connection?: Connection): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0
    const chunks: Buffer[] = []
    const request = {
      method: 'POST',
      url: new URL(url),
      headers: { 'x-test': '1' },
      body: Buffer.from('{}'),
      framing: 'none',
    } as const
    transport
      .through(connection)
      .send({ wires: {}, prepare: () => request, classify: () => ({ kind: 'ok', message: '' }) }, request as never, {
        onRequestStart() {},
        onResponseStart(_, code) {
          status = code
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        // By then its connection is free for the next one.
        onResponseEnd: () => void setImmediate(resolve, { status, body: JSON.parse(Buffer.concat(chunks).toString()) }),
        onResponseError: (_, error) =>
          resolve({ error: (error as NodeJS.ErrnoException).code ?? error.message, failure: networkFailure(error) }),
      })
  })
}

/** A proxy that tunnels (CONNECT) and forwards, to this machine whatever the name is. Notes what it was asked for. */
async function proxy(to: () => number, own: NetServer = createServer()) {
  const seen: { target: string; authorization: string | undefined }[] = []
  const note = (request: IncomingMessage) =>
    seen.push({ target: `${request.method} ${request.url}`, authorization: request.headers['proxy-authorization'] })
  own.on('request', (request: IncomingMessage, response: ServerResponse) => {
    note(request)
    response.end(JSON.stringify({ forwarded: request.url }))
  })
  own.on('connect', (request: IncomingMessage, socket: Duplex) => {
    note(request)
    const onward = connect(to(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const each of [socket, onward]) each.on('error', () => socket.destroy())
    closers.push(() => onward.destroy())
  })
  await listen(own)
  return { seen, port: portOf(own) }
}

const secure = async (identity = server, more = {}): Promise<Server> =>
  listen(createTlsServer({ ...identity, ...more }, hello))

describe('a proxy', () => {
  const named = authority.issue('upstream.test')
  const trusting: Connection = { tls: { ca: authority.cert } }

  test('of the environment is asked for a tunnel, with its user and password', async () => {
    const upstream = await secure(named)
    const { seen, port } = await proxy(() => portOf(upstream))
    const transport = transportOf({ HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${port}` })
    expect(await ask(transport, 'https://upstream.test/v1/chat', trusting)).toMatchObject({
      status: 200,
      body: { url: '/v1/chat', host: 'upstream.test' },
    })
    expect(seen).toEqual([{ target: 'CONNECT upstream.test:443', authorization: `Basic ${btoa('me:p@ss')}` }])
  })

  test('may be written without http://, and forwards what is not encrypted', async () => {
    const { seen, port } = await proxy(() => 0)
    const answer = await ask(transportOf({ http_proxy: `127.0.0.1:${port}` }), 'http://upstream.test/v1/chat')
    expect(answer).toEqual({ status: 200, body: { forwarded: 'http://upstream.test/v1/chat' } })
    expect(seen).toHaveLength(1)
  })

  test('of the provider wins over that of the environment, and false over both', async () => {
    const upstream = await secure(named)
    const { seen, port } = await proxy(() => portOf(upstream))
    const transport = transportOf({ HTTPS_PROXY: 'http://127.0.0.1:1' })
    expect(
      await ask(transport, 'https://upstream.test/', { ...trusting, proxy: `http://127.0.0.1:${port}` }),
    ).toMatchObject({
      status: 200,
    })
    expect(await ask(transport, `https://127.0.0.1:${portOf(upstream)}/`, { ...trusting, proxy: false })).toMatchObject(
      {
        error: 'ERR_TLS_CERT_ALTNAME_INVALID',
      },
    )
    expect(seen).toHaveLength(1)
  })

  test.each(['https', 'http'])('may itself be reached over TLS, of the same authority (%s)', async (protocol) => {
    const upstream = await secure(named)
    const { seen, port } = await proxy(() => portOf(upstream), createTlsServer(authority.issue('localhost')))
    const connection = { ...trusting, proxy: `https://localhost:${port}` }
    expect(await ask(transportOf(), `${protocol}://upstream.test/`, connection)).toMatchObject({ status: 200 })
    expect(seen).toHaveLength(1)
    expect(await ask(transportOf(), `${protocol}://upstream.test/`, { proxy: connection.proxy })).toHaveProperty(
      'error',
    )
  })

  test.each([
    ['this machine', undefined, '127.0.0.1'],
    ['this machine by name', undefined, 'localhost'],
    ['a network of NO_PROXY', '10.0.0.0/8, 127.0.0.0/8', '127.0.0.1'],
  ])('is not asked for %s', async (_, NO_PROXY, host) => {
    const upstream = await listen(createServer(hello))
    const { seen, port } = await proxy(() => 0)
    const transport = transportOf({ HTTP_PROXY: `http://127.0.0.1:${port}`, ...(NO_PROXY && { NO_PROXY }) })
    expect(await ask(transport, `http://${host}:${portOf(upstream)}/`)).toMatchObject({
      status: 200,
      body: { url: '/' },
    })
    expect(seen).toEqual([])
  })

  test('is not asked for a name of NO_PROXY', async () => {
    const { seen, port } = await proxy(() => 0)
    const transport = transportOf({ HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '.invalid' })
    expect(await ask(transport, 'http://upstream.invalid/')).toMatchObject({
      error: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    })
    expect(seen).toEqual([])
  })

  test('for https only is none for http', async () => {
    const { seen, port } = await proxy(() => 0)
    expect(
      await ask(transportOf({ HTTPS_PROXY: `http://127.0.0.1:${port}` }), 'http://upstream.invalid/'),
    ).toMatchObject({
      error: expect.any(String),
    })
    expect(seen).toEqual([])
  })

  test.each([
    [407, 'https', 'the proxy wants a user and password (407)'],
    [403, 'https', 'the proxy refused (403)'],
    [407, 'http', 'the proxy wants a user and password (407)'],
  ])('that answers %i to %s is told apart from the server behind it', async (status, protocol, message) => {
    const refusing = createServer((_, response) => response.writeHead(status).end())
    refusing.on('connect', (_, socket: Duplex) => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`))
    await listen(refusing)
    const transport = transportOf({ HTTP_PROXY: `http://127.0.0.1:${portOf(refusing)}` })
    const { failure } = await ask(transport, `${protocol}://upstream.test/`)
    expect(failure).toMatchObject({ kind: 'provider_network', message })
  })

  test('that is not there is a failed connection', async () => {
    const gone = await listen(createServer())
    const port = portOf(gone)
    await new Promise((resolve) => gone.close(resolve))
    const { failure } = await ask(transportOf({ HTTPS_PROXY: `http://127.0.0.1:${port}` }), 'https://upstream.test/')
    expect(failure).toMatchObject({ kind: 'provider_network', message: expect.stringContaining('connection refused') })
  })

  test.each(['http://', 'socks5://127.0.0.1:1080'])('that is none (%s) stops the start', (HTTPS_PROXY) => {
    expect(() => transportOf({ HTTPS_PROXY })).toThrow(/HTTPS_PROXY/)
  })
})

describe('TLS', () => {
  test("trusts the provider's own authority, and nobody else does", async () => {
    const url = `https://127.0.0.1:${portOf(await secure())}/`
    const transport = transportOf()
    expect(await ask(transport, url, { tls: { ca: authority.cert } })).toMatchObject({ status: 200 })
    expect(await ask(transport, url)).toMatchObject({ error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
    expect(await ask(transport, url, { tls: { ca: makeAuthority().cert } })).toHaveProperty('error')
  })

  test('shows the certificate of the router where it is asked for one', async () => {
    const url = `https://127.0.0.1:${portOf(await secure(server, { requestCert: true, ca: authority.cert }))}/`
    const tls = { ca: authority.cert, ...authority.issue('router-7') }
    expect(await ask(transportOf(), url, { tls })).toMatchObject({ status: 200, body: { peer: 'router-7' } })
  })

  test('keeps the pools of connections that a reload leaves as they are, and closes the others', async () => {
    const upstream = await secure()
    const closed: Promise<unknown>[] = []
    let open = 0
    upstream.on('secureConnection', (socket: TLSSocket) => {
      open += 1
      closed.push(once(socket, 'close').then(() => (open -= 1)))
    })
    const url = `https://127.0.0.1:${portOf(upstream)}/`
    const transport = transportOf()
    const connectionOf = (): Connection => ({ tls: { ca: authority.cert } })
    await ask(transport, url, connectionOf())
    transport.keep([connectionOf()])
    expect(await ask(transport, url, connectionOf())).toMatchObject({ status: 200 })
    expect(open).toBe(closed.length)
    transport.keep([])
    await Promise.all(closed)
    expect(await ask(transport, url, connectionOf())).toMatchObject({ status: 200 })
  })
})

test('a unix socket is asked in place of host and port', async () => {
  const directory = await temporaryDirectory()
  closers.push(() => removeDirectory(directory))
  const socketPath = join(directory, 'model.sock')
  await listen(createServer(hello), socketPath)
  expect(
    await ask(transportOf({ HTTP_PROXY: 'http://127.0.0.1:1' }), 'http://models.internal/v1/chat', { socketPath }),
  ).toMatchObject({
    status: 200,
    body: { url: '/v1/chat', host: 'models.internal' },
  })
})

describe('HTTP/2', () => {
  test('is spoken where it is wanted, with requests side by side on one connection', async () => {
    let sessions = 0
    const waiting: (() => void)[] = []
    const both = createSecureServer({ ...server, allowHTTP1: true }, (request, response) => {
      waiting.push(() => response.end(JSON.stringify({ http: request.httpVersion })))
      if (waiting.length === 3) for (const answer of waiting) answer()
    })
    both.on('session', () => {
      sessions += 1
    })
    await listen(both as unknown as NetServer)
    const transport = transportOf()
    const connection: Connection = { http2: true, tls: { ca: authority.cert } }
    const url = `https://127.0.0.1:${portOf(both as unknown as NetServer)}/`
    const answers = await Promise.all([1, 2, 3].map(() => ask(transport, url, connection)))
    expect(answers).toEqual([1, 2, 3].map(() => ({ status: 200, body: { http: '2.0' } })))
    expect(sessions).toBe(1)
  })

  test('gives way to HTTP/1.1, and is not spoken unasked', async () => {
    const both = createSecureServer({ ...server, allowHTTP1: true }, (request, response) =>
      response.end(JSON.stringify({ http: request.httpVersion })),
    )
    await listen(both as unknown as NetServer)
    const old = await secure()
    const tls = { ca: authority.cert }
    const transport = transportOf()
    expect(await ask(transport, `https://127.0.0.1:${portOf(old)}/`, { http2: true, tls })).toMatchObject({
      body: { http: '1.1' },
    })
    expect(await ask(transport, `https://127.0.0.1:${portOf(both as unknown as NetServer)}/`, { tls })).toMatchObject({
      body: { http: '1.1' },
    })
  })
})
