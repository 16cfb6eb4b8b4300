import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { bytesOf, type FormBytes } from '../../../src/base/multipart/form-bytes.ts'
import { FormSpool, isSpoolable } from '../../../src/server/spool-body.ts'
import { SurfaceRequest } from '../../../src/server/surface-request.ts'

const MB = 1024 * 1024
const LIMIT = 8 * MB
let server: Server
let folder = ''
let spools: FormSpool[] = []

/** Answers with what was read, and says where it lay. */
beforeAll(async () => {
  server = createServer({ IncomingMessage: SurfaceRequest }, (request, response) => {
    const answer = (bytes: FormBytes) => {
      response.setHeader('x-lay', Buffer.isBuffer(bytes) ? 'memory' : 'file')
      response.end(bytesOf(bytes))
    }
    const spool = new FormSpool(request, LIMIT, {
      body: answer,
      spooled: answer,
      refused: (error) => {
        response.shouldKeepAlive = false
        response.writeHead(413).end(error.message)
      },
    })
    spools.push(spool)
    response.once('close', () => spool.close())
    spool.begin()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())
beforeEach(async () => {
  spools = []
  folder = await mkdtemp(join(tmpdir(), 'spool-test-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

function outgoingWith(headers: Record<string, string | number>) {
  const { port } = server.address() as AddressInfo
  const outgoing = httpRequest({
    port,
    method: 'POST',
    headers: { connection: 'close', 'content-type': 'multipart/form-data; boundary=XX', ...headers },
  })
  return outgoing.on('error', () => {})
}

async function post(body: Buffer, headers: Record<string, string | number>) {
  const outgoing = outgoingWith(headers)
  outgoing.end(body)
  const [incoming] = await once(outgoing, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return { status: incoming.statusCode, lay: incoming.headers['x-lay'], body: Buffer.concat(chunks) }
}

const bytes = Buffer.from(Uint32Array.from({ length: (7 * MB) / 4 }, (_, index) => index * 2_654_435_761).buffer)
const kinds = (length: number) => [{ 'content-length': length }, { 'transfer-encoding': 'chunked' }]

it('a large body is the same from a file, with a length and without, and leaves nothing behind', async () => {
  for (const headers of kinds(bytes.length)) {
    const { body, lay } = await post(bytes, headers)
    expect(lay).toBe('file')
    expect(body.equals(bytes)).toBe(true)
  }
  expect(await readdir(folder)).toEqual([])
})

it('a small body stays in memory', async () => {
  for (const headers of kinds(1000)) {
    const { body, lay } = await post(bytes.subarray(0, 1000), headers)
    expect(lay).toBe('memory')
    expect(body.equals(bytes.subarray(0, 1000))).toBe(true)
  }
})

it('a large body is held in memory where no file can be made', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'missing'))
  for (const headers of kinds(bytes.length)) {
    const { body, lay } = await post(bytes, headers)
    expect(lay).toBe('memory')
    expect(body.equals(bytes)).toBe(true)
  }
})

it('a large body whose boundary is not named is held in memory, to be refused there', async () => {
  const { body, lay } = await post(bytes, { 'content-length': bytes.length, 'content-type': 'multipart/form-data' })
  expect(lay).toBe('memory')
  expect(body.equals(bytes)).toBe(true)
})

it('a disk that is full in the midst of it costs nothing but memory', async () => {
  const { SpooledFile } = await import('../../../src/base/multipart/spooled-file.ts')
  const append = SpooledFile.prototype.append
  const full = vi.spyOn(SpooledFile.prototype, 'append').mockImplementation(function (
    this: typeof SpooledFile.prototype,
    chunk,
  ) {
    if (this.length > 3 * MB) return Promise.reject(Object.assign(new RangeError('full'), { code: 'ENOSPC' }))
    return append.call(this, chunk)
  })
  for (const headers of kinds(bytes.length)) {
    const { body, lay } = await post(bytes, headers)
    expect(lay).toBe('memory')
    expect(body.equals(bytes)).toBe(true)
  }
  full.mockRestore()
})

it('more than the limit is refused, announced or not', async () => {
  const large = Buffer.alloc(LIMIT + 1)
  for (const headers of kinds(large.length)) expect((await post(large, headers)).status).toBe(413)
})

it('a client that goes away in the midst of it leaves no file open', async () => {
  const { SpooledFile } = await import('../../../src/base/multipart/spooled-file.ts')
  const closed = new Promise<void>((resolve) => {
    const close = SpooledFile.prototype.close
    vi.spyOn(SpooledFile.prototype, 'close').mockImplementation(async function (this: typeof SpooledFile.prototype) {
      await close.call(this)
      resolve()
    })
  })
  const appended = new Promise<void>((resolve) => {
    const append = SpooledFile.prototype.append
    vi.spyOn(SpooledFile.prototype, 'append').mockImplementation(async function (
      this: typeof SpooledFile.prototype,
      chunk,
    ) {
      await append.call(this, chunk)
      resolve()
    })
  })
  const outgoing = outgoingWith({ 'content-length': bytes.length })
  outgoing.write(bytes.subarray(0, 3 * MB))
  await appended
  outgoing.destroy()
  await closed
  vi.restoreAllMocks()
})

it('only plain forms that may be large are spooled', () => {
  const form = 'multipart/form-data; boundary=XX'
  const is = (headers: Record<string, string>) => isSpoolable({ headers } as unknown as SurfaceRequest)
  expect(is({ 'content-type': form })).toBe(true)
  expect(is({ 'content-type': form, 'content-length': String(2 * MB) })).toBe(true)
  expect(is({ 'content-type': form, 'content-length': '1000' })).toBe(false)
  expect(is({ 'content-type': form, 'content-encoding': 'gzip' })).toBe(false)
  expect(is({ 'content-type': 'application/json', 'content-length': String(2 * MB) })).toBe(false)
})
