/** Large forms on their way through a file: byte for byte, also over TLS, and gone afterwards. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { makeAuthority } from '../helpers/certificates.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const SOUND = randomBytes(5 * 1024 * 1024)
const HEAD = '--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nMODEL\r\n'
const FILE_HEAD = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
const formFor = (model: string) =>
  Buffer.concat([Buffer.from(HEAD.replace('MODEL', model) + FILE_HEAD), SOUND, Buffer.from('\r\n--XX--\r\n')])

let received: Buffer[] = []
let onAsked = () => {}
const authority = makeAuthority('an authority')

async function listen(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => {})
  onAsked()
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  received.push(body)
  const isBroken = body.subarray(0, 200).includes('broken')
  response.writeHead(isBroken ? 500 : 200, { 'content-type': 'application/json' })
  response.end(isBroken ? '{"error":{"message":"broken"}}' : '{"text":"Hello."}')
}
const onRequest = (request: IncomingMessage, response: ServerResponse) => void listen(request, response).catch(() => {})

const plain = createServer(onRequest)
const sealed = createTlsServer(authority.issue('127.0.0.1'), onRequest)
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

let directory = ''
let temporary = ''
let router: Router
beforeAll(async () => {
  await Promise.all([plain, sealed].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  directory = await mkdtemp(join(tmpdir(), 'spooled-forms-'))
  temporary = join(directory, 'temporary')
  await mkdir(temporary)
  await writeFile(join(directory, 'ca.pem'), authority.cert)
  const provider = { plugin: 'openai', api_key: 'sk-upstream' }
  router = await startRouter({
    directory,
    env: { TMPDIR: temporary },
    config: {
      providers: {
        plain: { ...provider, base_url: `http://127.0.0.1:${portOf(plain)}/v1` },
        sealed: { ...provider, base_url: `https://127.0.0.1:${portOf(sealed)}/v1`, tls: { ca: 'ca.pem' } },
      },
      models: {
        plain: { endpoints: ['plain/broken', 'plain/good'] },
        sealed: { endpoints: ['sealed/broken', 'sealed/good'] },
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  for (const server of [plain, sealed]) {
    server.close()
    server.closeAllConnections()
  }
  await rm(directory, { recursive: true, force: true })
})
afterEach(() => {
  received = []
  onAsked = () => {}
})

function ask(body: Buffer, isAnnounced: boolean) {
  return httpRequest(`${router.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=XX',
      ...(isAnnounced ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' }),
    },
  }).on('error', () => {})
}

/** Files that the router has open and nobody else can find. */
async function hidden(): Promise<string[]> {
  const folder = `/proc/${router.pid}/fd`
  const open = await readdir(folder).catch(() => [])
  const links = await Promise.all(open.map((fd) => readlink(join(folder, fd)).catch(() => '')))
  return links.filter((link) => link.startsWith(temporary))
}

const untilClosed = () => expect.poll(hidden).toEqual([])

it.each([
  ['plain', true],
  ['plain', false],
  ['sealed', true],
  ['sealed', false],
] as const)(
  'a form reaches both endpoints byte for byte (%s, announced: %s), and is gone then',
  async (model, isAnnounced) => {
    const outgoing = ask(formFor(model), isAnnounced)
    outgoing.end(formFor(model))
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
    expect(received.map((body) => body.equals(formFor('broken')) || body.equals(formFor('good')))).toEqual([true, true])
    expect(await readdir(temporary)).toEqual([])
    await untilClosed()
  },
)

it('a client that leaves while its form is sent on leaves no file open', async () => {
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve
  })
  const outgoing = ask(formFor('plain'), true)
  outgoing.end(formFor('plain'))
  await asked
  outgoing.destroy()
  await untilClosed()
})

it('a form that is none is refused, and gone', async () => {
  const body = formFor('plain').subarray(0, -20)
  const outgoing = ask(body, true)
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  answer.resume()
  expect(answer.statusCode).toBe(400)
  await untilClosed()
})
