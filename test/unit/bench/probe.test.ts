import { expect, test } from 'vitest'
import { createProbe, type Send } from '../../../src/bench/probe.ts'
import type { AttemptRecord, JsonObject, OutcomeKind } from '../../../src/plugins/api.ts'

const attempt = (kind: OutcomeKind, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  endpoint: 'p/m',
  kind,
  startMs: 0,
  totalMs: 5,
  ...more,
})
const never = new AbortController().signal

/** Answers when the request is aborted, as the engine does. */
const hang: Send = (_, __, { signal }) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(attempt('caller_cancelled')), { once: true }))

test('the request is a streaming one with a limit on the output', async () => {
  const bodies: JsonObject[] = []
  const probe = createProbe(
    async (_, { operation, fields }) => {
      bodies.push({ operation, ...fields })
      return attempt('ok')
    },
    { prompt: 'hello', maxOutputTokens: 200, timeoutMs: 1000, signal: never },
  )
  expect((await probe('p/m'))?.kind).toBe('ok')
  expect(bodies).toEqual([
    {
      operation: 'chat',
      messages: [{ role: 'user', content: expect.stringMatching(/\] hello$/) }],
      stream: true,
      max_tokens: 200,
    },
  ])
})

test('a model that wants max_completion_tokens is asked that way from then on', async () => {
  const fields: string[] = []
  const send: Send = async (_, { fields: body }) => {
    const field = Object.keys(body).at(-1) ?? ''
    fields.push(field)
    return field === 'max_tokens'
      ? attempt('caller_invalid', { message: "Use 'max_completion_tokens' instead." })
      : attempt('ok')
  }
  const probe = createProbe(send, { prompt: 'x', maxOutputTokens: 9, timeoutMs: 1000, signal: never })
  expect([(await probe('p/m'))?.kind, (await probe('p/m'))?.kind]).toEqual(['ok', 'ok'])
  expect(fields).toEqual(['max_tokens', 'max_completion_tokens', 'max_completion_tokens'])
})

test('an endpoint that refuses both is not asked for ever', async () => {
  let asked = 0
  const probe = createProbe(
    async () => {
      asked += 1
      return attempt('caller_invalid', { message: 'no max_completion_tokens' })
    },
    { prompt: 'x', maxOutputTokens: 9, timeoutMs: 1000, signal: never },
  )
  expect((await probe('p/m'))?.kind).toBe('caller_invalid')
  expect(asked).toBe(2)
})

test('nothing within the timeout is a fault of the endpoint', async () => {
  const probe = createProbe(hang, { prompt: 'x', maxOutputTokens: 9, timeoutMs: 1, signal: never })
  expect(await probe('p/m')).toMatchObject({ kind: 'provider_timeout_first_token', message: 'nothing within 1 ms' })
})

test('an answer cut in its middle by the timeout is not', async () => {
  const send: Send = async (...call) => ({ ...(await hang(...call)), ttftMs: 1 })
  const probe = createProbe(send, { prompt: 'x', maxOutputTokens: 9, timeoutMs: 1, signal: never })
  expect((await probe('p/m'))?.kind).toBe('caller_cancelled')
})

test('a request cut by the end of the run is no measurement', async () => {
  const controller = new AbortController()
  const result = createProbe(hang, { prompt: 'x', maxOutputTokens: 9, timeoutMs: 60_000, signal: controller.signal })(
    'p/m',
  )
  controller.abort()
  expect(await result).toBeUndefined()
})
