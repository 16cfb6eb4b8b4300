import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { ProviderAdapter, UpstreamRequest } from '../../../../src/plugins/api.ts'
import type { Duplex } from '../../../../src/routing/ports.ts'
import type { ResponseHandler } from '../../../../src/routing/upstream/response-handler.ts'
import { SocketLine } from '../../../../src/routing/upstream/socket-line.ts'

test('a header that cannot be sent fails the attempt, and the connection is closed', async () => {
  const connection = new Socket()
  const line = new SocketLine(1000, async () => connection, { maxMessageBytes: 1024 } as Duplex)
  const request: UpstreamRequest = {
    method: 'GET',
    url: new URL('http://localhost:1/v1/realtime'),
    headers: { 'x-team': 'Прага' },
    framing: 'websocket',
  }
  const error = await new Promise<Error>((resolve) => {
    const handler: Pick<ResponseHandler, 'onRequestStart' | 'onResponseError'> = {
      onRequestStart: () => {},
      onResponseError: (_controller, reason) => resolve(reason),
    }
    line.send({} as ProviderAdapter, request, handler as ResponseHandler)
  })
  expect(error).toMatchObject({ code: 'ERR_INVALID_CHAR' })
  expect(connection.destroyed).toBe(true)
})
