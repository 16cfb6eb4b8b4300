import { EventEmitter } from 'node:events'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { Pace, type Paced } from '../../../src/base/paced.ts'
import type { Call, ClientSink } from '../../../src/routing/ports.ts'
import type { Asker } from '../../../src/routing/run/asker.ts'
import type { ServerParts } from '../../../src/server/parts.ts'
import { surfaceListener } from '../../../src/server/surface-listener.ts'
import type { BodySink } from '../../../src/server/surface-request.ts'
import { waitFor } from '../../helpers/wait-for.ts'

const LIMIT = 1_000_000

it.each([
  ['who stays is answered', false],
  ['who leaves while the body is decoded is recorded, and known to be gone', true],
])('%s', async (_, leaves) => {
  const body = gzipSync(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }))
  const headers = { 'content-encoding': 'gzip', 'content-length': String(body.length) }
  let sink: BodySink | undefined
  const request = {
    takeBody: (taker: BodySink) => {
      sink = taker
    },
    method: 'POST',
    url: '/v1/chat/completions',
    headers,
    rawHeaders: [],
  }
  const response = Object.assign(new EventEmitter(), { destroyed: false })
  const engine = { begin: vi.fn((..._: unknown[]) => {}) }
  const parts = {
    bodyLimit: LIMIT,
    keys: () => ({ required: false }),
    keyless: () => ({ refusal: () => undefined }),
    own: { of: () => undefined },
    reports: { ready: () => true },
    recall: (call: unknown) => call,
    watch: (_call: unknown, _account: string, sink: unknown) => sink,
    engine,
  } as unknown as ServerParts
  surfaceListener(parts, new Pace(1))(request as never, response as never)
  sink?.push(body)
  response.destroyed = leaves
  await waitFor(() => expect(engine.begin).toHaveBeenCalledOnce())
  expect(engine.begin.mock.calls[0]![1]).toMatchObject({ closed: leaves })
})

it('accounts of a client’s own are closed although it leaves before anybody is asked', async () => {
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }))
  let sink: BodySink | undefined
  const request = {
    takeBody: (taker: BodySink) => {
      sink = taker
    },
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { 'content-length': String(body.length) },
    rawHeaders: [],
  }
  const response = Object.assign(new EventEmitter(), { destroyed: false })
  const begin = vi.fn((_call: Call, _sink: ClientSink, _account: string, asker: Asker) => asker.settled())
  const close = vi.fn(async () => {})
  const parts = {
    bodyLimit: LIMIT,
    keys: () => ({ required: false }),
    keyless: () => ({ refusal: () => undefined }),
    own: { of: async () => new Map([['p', { adapter: { close } }]]) },
    reports: { ready: () => true },
    recall: async (call: unknown) => {
      response.destroyed = true
      return call
    },
    watch: (_call: unknown, _account: string, sink: unknown) => sink,
    engine: { begin },
  } as unknown as ServerParts
  surfaceListener(parts, new Pace(1))(request as never, response as never)
  sink?.push(body)
  await waitFor(() => expect(close).toHaveBeenCalledOnce())
  expect(begin.mock.calls[0]![1].closed).toBe(true)
})

it('who leaves before its turn has come is recorded, and known to be gone', async () => {
  const begin = vi.fn((..._: unknown[]) => {})
  const parts = {
    bodyLimit: LIMIT,
    keys: () => ({ required: false }),
    keyless: () => ({ refusal: () => undefined }),
    own: { of: () => undefined },
    reports: { ready: () => true },
    recall: (call: unknown) => call,
    watch: (_call: unknown, _account: string, sink: unknown) => sink,
    engine: { begin },
  } as unknown as ServerParts
  const listener = surfaceListener(parts, new Pace(1))
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }))
  const responses = [1, 2].map(() => {
    const response = Object.assign(new EventEmitter(), { destroyed: false })
    const takeBody = (taker: BodySink) => setImmediate(() => taker.push(body))
    const headers = { 'content-length': String(body.length) }
    const request = { takeBody, method: 'POST', url: '/v1/chat/completions', headers, rawHeaders: [] }
    listener(request as never, response as never)
    return response
  })
  begin.mockImplementation(() => {
    responses[1]!.destroyed = true
  })
  await waitFor(() => expect(begin).toHaveBeenCalledTimes(2))
  expect(begin.mock.calls.map(([, sink]) => (sink as ClientSink).closed)).toEqual([false, true])
})

it('whose large form waits for its turn while the client leaves is recorded as well', async () => {
  const begin = vi.fn((_call: Call, _sink: ClientSink, _account: string, asker: Asker) => asker.settled())
  const parts = {
    bodyLimit: 10 * LIMIT,
    keys: () => ({ required: false }),
    keyless: () => ({ refusal: () => undefined }),
    own: { of: () => undefined },
    reports: { ready: () => true },
    recall: (call: unknown) => call,
    watch: (_call: unknown, _account: string, sink: unknown) => sink,
    onError: vi.fn(),
    engine: { begin },
  } as unknown as ServerParts
  const field = (name: string, more: string, value: string) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const body = Buffer.from(
    `${field('model', '', 'm')}${field('file', '; filename="a.wav"', 'x'.repeat(2 * 1024 * 1024))}--b--\r\n`,
  )
  const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': String(body.length) }
  let waiting: Paced | undefined
  const pace = {
    begin: (work: Paced) => {
      waiting = work
    },
  }
  const flow = { holdBody: () => {}, resumeBody: () => {}, leaveBody: () => {} }
  const takeBody = (taker: BodySink) => {
    taker.push(body)
    taker.end()
  }
  const request = { takeBody, ...flow, method: 'POST', url: '/v1/audio/transcriptions', headers, rawHeaders: [] }
  const response = Object.assign(new EventEmitter(), { destroyed: false })
  surfaceListener(parts, pace as never)(request as never, response as never)
  await waitFor(() => expect(waiting).toBeDefined())
  response.destroyed = true
  response.emit('close')
  waiting!.proceed()
  await waitFor(() => expect(begin).toHaveBeenCalledOnce())
  expect(begin.mock.calls[0]![1].closed).toBe(true)
  expect(parts.onError).not.toHaveBeenCalled()
})

it.each([null, undefined, 'a text', new Error('a defect')])('is answered although %s is thrown', async (thrown) => {
  const parts = {
    bodyLimit: LIMIT,
    keys: () => ({ required: false }),
    keyless: () => ({ refusal: () => undefined }),
    own: { of: () => Promise.reject(thrown) },
    reports: { ready: () => true },
    onError: vi.fn(),
  } as unknown as ServerParts
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }))
  const headers = { 'content-length': String(body.length) }
  const takeBody = (taker: BodySink) => taker.push(body)
  const request = { takeBody, method: 'POST', url: '/v1/chat/completions', headers, rawHeaders: [] }
  const writeHead = vi.fn()
  const response = Object.assign(new EventEmitter(), { destroyed: false, writeHead, end: () => {} })
  surfaceListener(parts, new Pace(1))(request as never, response as never)
  await waitFor(() => expect(writeHead).toHaveBeenCalledOnce())
  expect(writeHead.mock.calls[0]![0]).toBe(500)
})
