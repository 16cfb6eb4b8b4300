import { createServer, type Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RouterError } from '../../../../src/base/errors.ts'
import { HubClient } from '../../../../src/federation/member/membership/hub-client.ts'
import { refusalOf } from '../../../../src/federation/member/membership/hub-http.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'
import { type HubHandler, json, problem, type ScriptedHub, startScriptedHub } from '../../../helpers/scripted-hub.ts'

/** For what is to take too long; the rest may take as long as a busy machine needs. */
const SHORT = { connectMs: 50_000, totalMs: 600, silenceMs: 300 }
const LONG = { connectMs: 50_000, totalMs: 50_000, silenceMs: 25_000 }

const GZIP_BOMB = gzipSync(Buffer.alloc(50_000_000))
const BROTLI_BOMB = brotliCompressSync(Buffer.alloc(50_000_000))

let hub: ScriptedHub
let client: HubClient
beforeEach(async () => {
  hub = await startScriptedHub()
  client = new HubClient(hub.url, LONG)
})
afterEach(async () => {
  await client.close()
  await hub.close()
})

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it should have failed'),
    (error: RouterError) => error,
  )

/** Writes until it is stopped. */
const endless =
  (head: Record<string, string>, chunk: Buffer): HubHandler =>
  (_, response) => {
    response.writeHead(200, head)
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  }

describe('what a hub may answer', () => {
  test('itself, a map in gzip and brotli, and that it has not changed', async () => {
    expect(await client.info()).toMatchObject({ name: 'Test hub', k: 5, epoch_seconds: 3600 })
    hub.publish({})
    const first = await client.map()
    expect(first?.document).toEqual(hub.map)
    expect(await client.map(first?.etag)).toBeUndefined()
    for (const [encoding, compress] of [
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
    ] as const) {
      hub.behave(
        'GET /v1/map',
        (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(compress(hub.map!)),
      )
      expect((await client.map())?.document).toEqual(hub.map)
    }
  })

  test('enrolment, standing, reports once and again, forgetting', async () => {
    const key = generateSigningKey()
    const { member } = await client.enrol(
      seal({ type: 'enrolment', v: '1.0', invite: hub.invite, continent: 'EU' } as never, key),
    )
    expect(await client.standing(key, Date.now())).toMatchObject({ status: 'active', trust: 0.5 })
    const report = { type: 'report', v: '1.0', epoch: 5, continent: 'EU', noise: false, cells: [] }
    expect(await client.report(seal(report, key))).toBe(true)
    expect(await client.report(seal(report, key))).toBe(false)
    expect(refusalOf(await failure(client.report(seal({ ...report, continent: 'NA' } as never, key))))).toBe('conflict')
    expect(hub.reports).toHaveLength(1)
    expect(hub.reports[0]?.member).toBe(member)
    await client.forget(key, Date.now())
    expect(refusalOf(await failure(client.standing(key, Date.now())))).toBe('unknown_member')
  })
})

describe('what a hub may do wrong', () => {
  const MAP = 'GET /v1/map'
  const MEGABYTE = Buffer.alloc(1_048_576, 'x')
  const cases: readonly (readonly [string, HubHandler, RegExp])[] = [
    ['send without an end', endless({}, MEGABYTE), /larger than 1000256 bytes/],
    [
      'announce 10 GB',
      (_, response) => void response.writeHead(200, { 'content-length': '10000000000' }).write('x'),
      /larger than 4194304 bytes/,
    ],
    [
      'send a zip bomb',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(GZIP_BOMB),
      /larger than 1000256 bytes/,
    ],
    [
      'send a brotli bomb',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'br' }).end(BROTLI_BOMB),
      /larger than 1000256 bytes/,
    ],
    [
      'send noise as gzip',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('noise'),
      /cannot be unpacked/,
    ],
    [
      'use another encoding',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end('x'),
      /encoding that was not asked for/,
    ],
    [
      'send elsewhere',
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      /redirects \(302\)/,
    ],
    ['hang up', (request) => void request.socket.destroy(), /cannot be used: /],
    [
      'be a proxy that gives up',
      (_, response) => void response.writeHead(502).end('<html>'),
      /answers 502 and gives no reason/,
    ],
  ]
  test.each(cases)('%s', async (_, handler, reason) => {
    hub.behave(MAP, handler)
    expect(await failure(client.map())).toMatchObject({
      code: 'ROUTER_FEDERATION_HUB',
      message: expect.stringMatching(reason),
    })
    hub.behave(MAP)
    hub.publish({})
    expect((await client.map())?.document).toEqual(hub.map)
  })

  test.each<[string, HubHandler]>([
    ['say nothing', () => {}],
    [
      'drip',
      (_, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('x'), 50)
        response.once('close', () => clearInterval(timer))
      },
    ],
  ])('%s', async (_, handler) => {
    const hurried = new HubClient(hub.url, SHORT)
    hub.behave(MAP, handler)
    expect(await failure(hurried.map())).toMatchObject({
      code: 'ROUTER_FEDERATION_HUB',
      message: expect.stringMatching(/did not finish within 0.6 s/),
    })
    await hurried.close()
    hub.behave(MAP)
    hub.publish({})
    expect((await client.map())?.document).toEqual(hub.map)
  })

  test('refuse: with its code, a text that cannot steer a terminal, and when to come again', async () => {
    hub.behave(MAP, (_, response) => {
      response.setHeader('retry-after', '7')
      problem(response, 'rate_limited', `\u001b[31mslow${'x'.repeat(5000)}`)
    })
    const error = await failure(client.map())
    expect(refusalOf(error)).toBe('rate_limited')
    expect(error.retryAfterMs).toBe(7000)
    expect(error.message).toContain('?[31mslow')
    expect(error.message.length).toBeLessThan(500)
  })

  test('answer something else', async () => {
    hub.behave('GET /v1/hub', (_, response) => json(response, 200, { ...hub.info, time: 1, key: 'short' }))
    expect((await failure(client.info())).message).toMatch(/makes no sense/)
    hub.behave('GET /v1/hub', (_, response) => void response.end('[1'))
    expect((await failure(client.info())).message).toMatch(/makes no sense/)
  })

  test('not be there', async () => {
    await hub.close()
    expect(await failure(client.info())).toMatchObject({
      code: 'ROUTER_FEDERATION_HUB',
      message: expect.stringMatching(/ECONNREFUSED/),
    })
    hub = await startScriptedHub()
  })

  test('speak no HTTP, and send heads without an end', async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write(`x-${'y'.repeat(1000)}: z\r\n`));
      }
      socket.on('drain', more)
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const hostile = new HubClient(`http://127.0.0.1:${(server.address() as { port: number }).port}`, SHORT)
    expect(await failure(hostile.info())).toBeInstanceOf(RouterError)
    await hostile.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})
