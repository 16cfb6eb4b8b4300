/** Providers that are reached by a proxy of the environment, with certificates of both sides, or over a unix socket. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterEach, expect, it } from 'vitest'
import { makeAuthority } from '../helpers/certificates.ts'
import { ask, dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function folder(files: Record<string, string> = {}): Promise<string> {
  const directory = await temporaryDirectory()
  closers.push(() => removeDirectory(directory))
  await write(directory, files)
  return directory
}

const write = (directory: string, files: Record<string, string>) =>
  Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)))

async function listen<S extends Server>(server: S, at: number | string = 0): Promise<S> {
  if (typeof at === 'string') server.listen(at)
  else server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  return server
}

async function start(directory: string, provider: object, env: Record<string, string> = {}): Promise<Router> {
  const router = await startRouter({
    directory,
    env,
    config: { providers: { up: { plugin: 'openai-compatible', api_key: 'sk-x', ...provider } } },
  })
  closers.push(() => router.stop())
  return router
}

const answering: RequestListener = (_, response) => {
  const message = { role: 'assistant', content: 'Reached.' }
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({ id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
  )
}

const text = async (router: Router) => dialects.openai.text(await ask(router.url, 'openai', 'up/m', false))
const portOf = (server: Server) => (server.address() as AddressInfo).port

it('with TLS of both sides, whose files are read again with the config file', async () => {
  const [first, second] = [makeAuthority(), makeAuthority('Its successor')]
  const server = await listen(
    createTlsServer({ ...first.issue('127.0.0.1'), ca: first.cert, requestCert: true }, answering),
  )
  const own = first.issue('router')
  const directory = await folder({ 'ca.pem': first.cert, 'cert.pem': own.cert, 'key.pem': own.key })
  const tls = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' }
  const router = await start(directory, { base_url: `https://127.0.0.1:${portOf(server)}/v1`, tls })
  expect(await text(router)).toBe('Reached.')

  server.setSecureContext({ ...second.issue('127.0.0.1'), ca: second.cert })
  server.closeAllConnections()
  const renewed = second.issue('router')
  await write(directory, { 'ca.pem': second.cert, 'cert.pem': renewed.cert, 'key.pem': renewed.key })
  const since = router.logs().length
  router.signal('SIGHUP')
  await router.waitForLog(/reloaded/, since)
  expect(await text(router)).toBe('Reached.')
})

it('over a unix socket', async () => {
  const directory = await folder()
  await listen(createServer(answering), join(directory, 'model.sock'))
  const router = await start(directory, { base_url: 'http://model/v1', socket_path: 'model.sock' })
  expect(await text(router)).toBe('Reached.')
  expect((await router.cli('models', '--upstream')).stdout).not.toMatch(/ENOTFOUND|EAI_AGAIN/)
})

it('by a proxy of the environment, also for the list of its models', async () => {
  const authority = makeAuthority()
  const server = await listen(createTlsServer(authority.issue('model.test'), answering))
  const tunnels: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket: Duplex) => {
    tunnels.push(request.url)
    const onward = connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const each of [socket, onward]) each.on('error', () => socket.destroy())
    closers.push(() => onward.destroy())
  })
  await listen(proxy)
  const directory = await folder({ 'ca.pem': authority.cert })
  const env = { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: '10.0.0.0/8' }
  const router = await start(directory, { base_url: 'https://model.test/v1', tls: { ca: 'ca.pem' } }, env)
  expect(await text(router)).toBe('Reached.')
  expect(tunnels).toEqual(['model.test:443'])
  await router.cli('models', '--upstream')
  expect(tunnels).toEqual(['model.test:443', 'model.test:443'])
})
