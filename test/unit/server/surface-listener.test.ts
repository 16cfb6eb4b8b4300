import { EventEmitter } from 'node:events'
import { gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { Pace } from '../../../src/base/paced.ts'
import { decodeBody } from '../../../src/server/decode-body.ts'
import type { ServerParts } from '../../../src/server/parts.ts'
import { surfaceListener } from '../../../src/server/surface-listener.ts'
import type { BodySink } from '../../../src/server/surface-request.ts'
import { waitFor } from '../../helpers/wait-for.ts'

const LIMIT = 1_000_000

it.each([
  ['who stays is answered', false, 1],
  ['who leaves while the body is decoded is answered by nobody', true, 0],
])('%s', async (_, leaves, handled) => {
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
  const engine = { begin: vi.fn() }
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
  // One that begins later is not done sooner.
  for (let n = 0; n < 3; n++) await decodeBody(body, 'gzip', LIMIT)
  expect(engine.begin).toHaveBeenCalledTimes(handled)
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
  const engine = { begin: vi.fn() }
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
    engine,
  } as unknown as ServerParts
  surfaceListener(parts, new Pace(1))(request as never, response as never)
  sink?.push(body)
  await waitFor(() => expect(close).toHaveBeenCalledOnce())
  expect(engine.begin).not.toHaveBeenCalled()
})
