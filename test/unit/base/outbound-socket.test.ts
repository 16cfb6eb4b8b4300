import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import type { Connection } from '../../../src/base/outbound.ts'
import { socketTo } from '../../../src/base/outbound-socket.ts'
import { makeAuthority } from '../../helpers/certificates.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function listen<S extends Server>(server: S, at: number | string = 0): Promise<S> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  if (typeof at === 'string') server.listen(at)
  else server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return server
}

const portOf = (server: Server) => (server.address() as AddressInfo).port
const greeter = () => createServer((socket) => socket.write('hello'))

async function heard(url: string, connection: Connection = {}, proxies?: Parameters<typeof socketTo>[3]) {
  const socket = await socketTo(new URL(url), connection, 2000, proxies)
  closers.push(() => socket.destroy())
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

/** Counts what goes through it. */
async function startProxy(status = 200) {
  const seen: { target: string | undefined; authorization: string | undefined }[] = []
  const proxy = createHttpServer()
  proxy.on('connect', (request, socket: Socket) => {
    seen.push({ target: request.url, authorization: request.headers['proxy-authorization'] })
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const [host, port] = request.url!.split(':')
    const upstream = connect(Number(port), host)
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    socket.pipe(upstream).pipe(socket)
    upstream.on('error', () => socket.destroy())
    return undefined
  })
  await listen(proxy)
  return { seen, port: portOf(proxy) }
}

test('directly, and over a unix socket', async () => {
  const server = await listen(greeter())
  expect(await heard(`http://127.0.0.1:${portOf(server)}/x`)).toBe('hello')
  const directory = await temporaryDirectory()
  closers.push(() => removeDirectory(directory))
  const socketPath = join(directory, 'up.sock')
  await listen(greeter(), socketPath)
  expect(await heard('http://nowhere.invalid/', { socketPath })).toBe('hello')
})

test('with TLS, of an authority that is trusted here, directly and by a proxy', async () => {
  const authority = makeAuthority()
  const { cert, key } = authority.issue('127.0.0.1')
  const server = await listen(createTlsServer({ cert, key }, (socket) => socket.write('secret')))
  const url = `https://127.0.0.1:${portOf(server)}/`
  expect(await heard(url, { tls: { ca: authority.cert } })).toBe('secret')
  await expect(heard(url)).rejects.toThrow()
  const { seen, port } = await startProxy()
  expect(await heard(url, { proxy: `http://me:pass@127.0.0.1:${port}`, tls: { ca: authority.cert } })).toBe('secret')
  expect(seen).toEqual([
    { target: `127.0.0.1:${portOf(server)}`, authorization: `Basic ${Buffer.from('me:pass').toString('base64')}` },
  ])
})

test('a proxy that refuses', async () => {
  const { port } = await startProxy(407)
  await expect(heard('http://somewhere.invalid/', { proxy: `http://127.0.0.1:${port}` })).rejects.toThrow(/\(407\)/)
})

test('a proxy of the environment, but for what it leaves out', async () => {
  const { seen, port } = await startProxy(502)
  const proxies = { httpProxy: `http://127.0.0.1:${port}`, noProxy: '.left-out.invalid' }
  await expect(heard('http://a.invalid/', {}, proxies)).rejects.toThrow(/502/)
  await expect(heard('http://a.left-out.invalid/', {}, proxies)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
  expect(seen.map(({ target }) => target)).toEqual(['a.invalid:80'])
})

test('nobody there', async () => {
  const server = await listen(greeter())
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  await expect(heard(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ECONNREFUSED/)
})
