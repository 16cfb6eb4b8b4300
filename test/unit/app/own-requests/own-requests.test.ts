import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { OwnRequests } from '../../../../src/app/own-requests/own-requests.ts'
import type { Engine } from '../../../../src/routing/engine.ts'
import type { Call, ClientSink } from '../../../../src/routing/ports.ts'

it.each([
  ['answered', (sink: ClientSink) => Promise.resolve(sink.end(Buffer.from('yes')))],
  ['failed', () => Promise.reject(new TypeError('no'))],
])('leaves nothing of a request at the signal that may end it: %s', async (_, answer) => {
  let closed = 0
  const handle = (_call: Call, sink: ClientSink) => {
    sink.onClose(() => closed++)
    return answer(sink)
  }
  const requests = new OwnRequests(() => ({ handle }) as unknown as Engine)
  const abort = new AbortController()
  await requests.ask({ id: 'gen-1' } as Call, 'judge', abort.signal)
  expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  abort.abort()
  expect(closed).toBe(0)
})
