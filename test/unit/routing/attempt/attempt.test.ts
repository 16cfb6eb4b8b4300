/** One upstream call, event by event. */
import { expect, test } from 'vitest'
import { DeadlineWheel } from '../../../../src/base/deadline-wheel.ts'
import type { Failure } from '../../../../src/plugins/api.ts'
import { Attempt } from '../../../../src/routing/attempt/attempt.ts'
import type { AttemptResult } from '../../../../src/routing/attempt/attempt-result.ts'
import type { BodyReceiver } from '../../../../src/routing/attempt/body-receiver.ts'
import type { Reading } from '../../../../src/routing/codec.ts'

const TIMEOUTS = { connectMs: 1e6, firstTokenMs: 1e6, responseMs: 1e6, aliveMs: 1e6, idleMs: 1e6, totalMs: 1e6 }

/** An attempt whose upstream is played by the test. */
function begin({ classify }: { classify?: (status: number, text: string) => Failure } = {}) {
  const wheel = new DeadlineWheel()
  const reading = { started: true, finished: false, outputChars: 0, toolCalls: 0 }
  const got: string[] = []
  const receiver: BodyReceiver = {
    startedMs: undefined,
    reading: reading as Reading,
    paused: false,
    data: (chunk) => void got.push(chunk.toString()),
    end: () => (reading.finished ? undefined : { kind: 'provider_truncated', message: 'no end' }),
  }
  let aborted = 0
  let settle!: (result: AttemptResult) => void
  const result = new Promise<AttemptResult>((resolve) => {
    settle = resolve
  })
  const attempt = new Attempt({
    adapter: {
      wires: {},
      prepare: () => ({}) as never,
      classify: (status, _headers, text) =>
        classify?.(status, text) ?? { kind: 'provider_error', message: `${status}: ${text}` },
    },
    prepare: () => ({}) as never,
    stream: true,
    line: { send: () => {} } as never,
    wheel,
    timeouts: TIMEOUTS,
    dueMs: performance.now() + 1e6,
    receive: () => {
      got.push('head')
      return receiver
    },
    ended: settle,
  })
  const controller = { pause: () => {}, resume: () => {}, abort: () => void aborted++ }
  const head = (status: number, headers = {}) => attempt.onResponseStart(controller, status, headers)
  const data = (text: string) => attempt.onResponseData(controller, Buffer.from(text))
  const broken = (code: string) => attempt.onResponseError(controller, Object.assign(new Error('broken'), { code }))
  const start = () => {
    attempt.start()
    attempt.onRequestStart(controller)
  }
  start()
  return { attempt, broken, controller, data, got, head, reading, result, wheel, aborted: () => aborted }
}

test('early hints are no answer', async () => {
  const { attempt, data, got, head, reading, result } = begin()
  head(103)
  head(200)
  data('Hi')
  reading.finished = true
  attempt.onResponseEnd()
  expect(got).toEqual(['head', 'Hi'])
  expect(await result).toMatchObject({ kind: 'ok', status: 200 })
})

test('a redirect is an error, and nothing of it an answer', async () => {
  const { attempt, data, got, head, result } = begin()
  head(302)
  data('Moved')
  attempt.onResponseEnd()
  expect(got).toEqual([])
  expect(await result).toMatchObject({ kind: 'provider_error', status: 302, failure: { message: '302: Moved' } })
})

test('an answer that switches protocols unasked is told, and hung up on', async () => {
  const { aborted, head, result } = begin()
  head(101)
  expect(aborted()).toBe(1)
  expect(await result).toMatchObject({
    kind: 'provider_malformed',
    failure: { message: expect.stringContaining('101') },
  })
})

test('a connection that breaks behind a finished answer has harmed nobody', async () => {
  const { broken, data, head, reading, result } = begin()
  head(200)
  data('all of it')
  reading.finished = true
  broken('ECONNRESET')
  expect(await result).toMatchObject({ kind: 'ok' })
})

test.each([
  ['https://other.example/v2?key=secret', 'https://other.example/v2,'],
  ['//user:secret@other.example:81/v2#x', 'http://other.example:81/v2,'],
  ['/login', 'to /login,'],
])('a redirect to %s is told with where it points', async (location, words) => {
  const { attempt, head, result } = begin()
  head(307, { location })
  attempt.onResponseEnd()
  const { failure } = await result
  expect(failure?.message).toContain(words)
  expect(failure?.message).toContain('base_url')
  expect(failure?.message).not.toContain('secret')
})

test('an error body that breaks off is still an error with a reason', async () => {
  const { broken, data, head, result } = begin()
  head(500)
  data('half a rea')
  broken('ECONNRESET')
  expect(await result).toMatchObject({ failure: { message: '500: half a rea' } })
})

test('of an error body no more than 64 KB is read', async () => {
  const { aborted, data, head, result } = begin({
    classify: (_, text) => ({ kind: 'provider_error', message: String(text.length) }),
  })
  head(500)
  data('x'.repeat(60_000))
  expect(aborted()).toBe(0)
  data('x'.repeat(60_000))
  expect(aborted()).toBe(1)
  expect(await result).toMatchObject({ failure: { message: '65536' } })
})

test.each<[string, (status: number) => Failure]>([
  ['calls an error ok', () => ({ kind: 'ok', message: 'fine' })],
  [
    'throws',
    () => {
      throw new TypeError('no')
    },
  ],
])('an adapter that %s leaves it the fault of the provider', async (_, classify) => {
  const { attempt, head, result } = begin({ classify })
  head(500)
  attempt.onResponseEnd()
  expect(await result).toMatchObject({ kind: 'provider_error' })
})

test('a cancelled attempt hangs up, then and whenever it would begin, and leaves no deadline', async () => {
  const { aborted, attempt, controller, head, result, wheel } = begin()
  expect(wheel.pending).toBe(1)
  attempt.cancel('gone')
  expect([aborted(), wheel.pending]).toEqual([1, 0])
  attempt.onRequestStart(controller)
  head(200)
  expect(aborted()).toBe(3)
  attempt.onResponseEnd()
  expect(await result).toMatchObject({ kind: 'caller_cancelled' })
})
