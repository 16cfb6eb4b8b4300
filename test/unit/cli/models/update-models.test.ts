/** `router models update` against a server that misbehaves: whatever it does, what was known stays. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCatalogue } from '../../../../src/catalogue/updates.ts'
import { type UpdateRequest, updateModels } from '../../../../src/cli/models/update-models.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const DER = publicKey.export({ type: 'spki', format: 'der' })

const catalogueOf = (price: number) => {
  const ids = Array.from({ length: 30 }, (_, at) => `new-${at}`)
  const models = Object.fromEntries(ids.map((id) => [id, { id, cost: { input: price, output: 2 } }]))
  return Buffer.from(JSON.stringify({ groq: { models } }))
}
const signed = (bytes: Buffer): Buffer => sign(null, bytes, privateKey)
const sends =
  (bytes: Buffer | string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(200, headers).end(bytes)

let directory: string
let paths: Record<string, Answer>
const server = createServer((request, response) => {
  const answer = paths[request.url!]
  if (answer) answer(request, response)
  else response.writeHead(404).end()
})
let origin: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'commonroute-update-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  paths = {}
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true, force: true })
})

const update = (more: Partial<UpdateRequest> = {}) =>
  updateModels(directory, { source: `${origin}/api.json`, ...more }, Date.UTC(2026, 10, 28))
const priceNow = () => openCatalogue(directory).find('groq', 'new-1')?.price?.prompt

describe('a signature', () => {
  it.each([
    ['PEM', PEM, signed(catalogueOf(3))],
    ['base64 of its SPKI form', DER.toString('base64'), signed(catalogueOf(3)).toString('base64')],
    ['base64url of its 32 bytes', DER.subarray(-32).toString('base64url'), signed(catalogueOf(3)).toString('hex')],
  ])('is checked by a public key in %s', async (_, key, signature) => {
    paths['/api.json'] = sends(catalogueOf(3))
    paths['/api.json.sig'] = sends(signature)
    expect(await update({ publicKey: key })).toMatchObject({ signed: true, models: 30 })
    expect(priceNow()).toBe(3)
  })

  it('may lie elsewhere, also on disk', async () => {
    writeFileSync(join(directory, 'api.json'), catalogueOf(4))
    writeFileSync(join(directory, 'detached'), signed(catalogueOf(4)))
    const source = join(directory, 'api.json')
    expect(await update({ source, publicKey: PEM, signature: join(directory, 'detached') })).toMatchObject({
      signed: true,
    })
  })

  it.each<[string, Partial<UpdateRequest>, Answer | undefined, RegExp]>([
    ['of other bytes', { publicKey: PEM }, sends(signed(catalogueOf(5))), /is not its signature/],
    ['of another key', { publicKey: PEM }, sends(sign(null, catalogueOf(6), other())), /is not its signature/],
    ['that is none', { publicKey: PEM }, sends('<html>'), /is not its signature/],
    ['that is not there', { publicKey: PEM }, undefined, /its signature, \S+api\.json\.sig, cannot be had: .*404/],
    ['without a key', { signature: 'x.sig' }, sends('x'), /needs the public key/],
    ['by what is no key', { publicKey: 'AAAA' }, sends('x'), /no Ed25519 key/],
  ])('%s changes nothing', async (_, asked, answer, reason) => {
    paths['/api.json'] = sends(catalogueOf(1))
    await update()
    paths['/api.json'] = sends(catalogueOf(6))
    if (answer) paths['/api.json.sig'] = answer
    await expect(update(asked)).rejects.toThrow(reason)
    expect(priceNow()).toBe(1)
  })
})

const other = () => generateKeyPairSync('ed25519').privateKey

describe('a server that', () => {
  beforeEach(async () => {
    paths['/api.json'] = sends(catalogueOf(1))
    await update()
  })
  const half = catalogueOf(2).subarray(0, 500)

  it.each<[string, Answer, RegExp]>([
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 5000 })
        response.write(half, () => response.destroy())
      },
      /cannot be updated/,
    ],
    ['sends half of it as if it were all', sends(half), /no catalogue in the form/],
    ['says nothing', () => undefined, /takes longer than 0\.2 s/],
    ['goes on for ever', (_, response) => void response.writeHead(200).write(half), /takes longer than 0\.2 s/],
    [
      'leads in circles',
      (_, response) => response.writeHead(302, { location: '/api.json' }).end(),
      /leads on more than 5/,
    ],
    [
      'leads out of the web',
      (_, response) => response.writeHead(302, { location: 'ftp://x/y' }).end(),
      /leads to ftp:/,
    ],
    [
      'leads to plain http elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://models.example/api.json' }).end(),
      /over plain http it needs/,
    ],
  ])('%s changes nothing', async (_, answer, reason) => {
    paths['/api.json'] = answer
    await expect(update({ timeoutMs: 200 })).rejects.toThrow(reason)
    expect(priceNow()).toBe(1)
  })

  it('leads on is followed', async () => {
    paths['/api.json'] = (_, response) => response.writeHead(302, { location: '/v2/api.json' }).end()
    paths['/v2/api.json'] = sends(catalogueOf(2))
    await update()
    expect(priceNow()).toBe(2)
  })
})

describe('what has not changed', () => {
  const asked: (string | undefined)[] = []
  const tagged: Answer = (request, response) => {
    asked.push(request.headers['if-none-match'])
    if (request.headers['if-none-match'] === '"one"') response.writeHead(304).end()
    else response.writeHead(200, { etag: '"one"' }).end(catalogueOf(7))
  }
  beforeEach(() => {
    asked.length = 0
    paths['/api.json'] = tagged
    paths['/api.json.sig'] = sends(signed(catalogueOf(7)))
  })

  it('is not sent again, and stays', async () => {
    const first = await update()
    expect(await update()).toEqual({ ...first, unchanged: true })
    expect(asked).toEqual([undefined, '"one"'])
    expect(priceNow()).toBe(7)
  })

  it('is asked for whole when it is held to more than it was', async () => {
    await update()
    expect(await update({ publicKey: PEM })).toMatchObject({ signed: true, unchanged: false })
    expect(await update({ publicKey: PEM })).toMatchObject({ signed: true, unchanged: true })
    await expect(update({ sha256: '00' })).rejects.toThrow(/its SHA-256 is/)
    expect(asked).toEqual([undefined, undefined, '"one"', undefined])
  })
})
