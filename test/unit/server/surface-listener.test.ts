import { EventEmitter } from 'node:events'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { Pace } from '../../../src/base/paced.ts'
import type { Call, ClientSink } from '../../../src/routing/ports.ts'
import type { Asker } from '../../../src/routing/run/request-run.ts'
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
