import { expect, test } from 'vitest'
import type { AttemptRecord, RequestRecord } from '../../../../src/plugins/api.ts'
import { OUTCOME_KINDS } from '../../../../src/plugins/api.ts'
import { paletteOf } from '../../../../src/terminal/colour.ts'
import { explainView } from '../../../../src/terminal/views/explain.ts'
import { storyOf } from '../../../../src/terminal/views/story.ts'

const attempt = (endpoint: string, more: Partial<AttemptRecord>): AttemptRecord => ({
  endpoint,
  kind: 'ok',
  startMs: 0,
  totalMs: 1100,
  ...more,
})
const candidate = (endpoint: string, why: string, propensity: number) => ({
  endpoint,
  model: 'small',
  score: 1.23456,
  propensity,
  why,
  ttftMs: 312,
  tokensPerSecond: 88,
  success: 0.985,
  priceUsd: 0.00042,
})

const RECORD: RequestRecord = {
  id: 'gen-1767323045-abc',
  time: Date.UTC(2026, 0, 2, 3, 4, 5),
  requestedModel: 'small',
  model: 'small',
  operation: 'chat',
  wire: 'openai-chat',
  class: 'chat.lt1k.plain',
  stream: true,
  strategy: 'priority',
  configVersion: 'c0ffee',
  inputTokensEstimate: 12,
  candidates: [candidate('groq/llama', 'first in the configuration', 1), candidate('fireworks/llama', 'second', 0)],
  excluded: [{ endpoint: 'local/qwen', model: 'small', reason: 'breaker', detail: 'open for 12 s' }],
  attempts: [
    attempt('groq/llama', { kind: 'provider_error', status: 503, totalMs: 200, message: 'no capacity\x1b[31m' }),
    attempt('fireworks/llama', {
      startMs: 210,
      status: 200,
      ttftMs: 300,
      usage: { inputTokens: 12, outputTokens: 90 },
      costUsd: 0.0001,
    }),
  ],
  kind: 'ok',
  totalMs: 1310,
  overheadMs: 0.21,
}

test('everything about one decision', () => {
  expect(explainView(RECORD, { width: 120, palette: paletteOf(false) })).toMatchInlineSnapshot(`
    "gen-1767323045-abc  ok  2026-01-02T03:04:05.000Z

    groq/llama was tried first because: first in the configuration. It answered 503 after 200 ms. Then fireworks/llama answered in 1.10 s, with the first token after 300 ms.

    model     small
    request   chat, openai-chat, streaming, class chat.lt1k.plain
    strategy  priority (configuration c0ffee)
    time      1.31 s in all, 0.21 ms of it in the router before the first upstream call

    Candidates
    endpoint         score  chance    TTFT  tokens/s  success     price  why
    groq/llama       1.235    100%  312 ms      88.0    98.5%  $0.00042  first in the configuration
    fireworks/llama  1.235      0%  312 ms      88.0    98.5%  $0.00042  second

    Excluded
    endpoint    reason   detail
    local/qwen  breaker  open for 12 s

    Attempts
        at  endpoint         outcome         status    TTFT   total  tokens in/out      cost  message
      0 ms  groq/llama       provider_error     503       -  200 ms              -         -  no capacity
    210 ms  fireworks/llama  ok                 200  300 ms  1.10 s          12/90  $0.00010"
  `)
})

test('the story of a fail-over', () => {
  expect(storyOf(RECORD)).toBe(
    'groq/llama was tried first because: first in the configuration. It answered 503 after 200 ms. ' +
      'Then fireworks/llama answered in 1.10 s, with the first token after 300 ms.',
  )
})

test('the story of a request that failed, and of one served from a fallback', () => {
  const attempts = [
    attempt('a/x', { kind: 'provider_network', totalMs: 3 }),
    attempt('a/x', { kind: 'provider_timeout_connect', totalMs: 5000 }),
  ]
  expect(storyOf({ ...RECORD, candidates: [], attempts, kind: 'provider_timeout_connect' })).toBe(
    'a/x was tried first. It could not be reached (network failure after 3 ms). Tried again, it could not be connected to within 5.00 s. ' +
      'After 2 attempts the client got an error.',
  )
  expect(storyOf({ ...RECORD, model: 'big' })).toMatch(/^The client asked for small and was served from big\. groq/)
})

test('the story when nothing was sent', () => {
  const none = { ...RECORD, attempts: [], candidates: [], kind: 'router_error' } as const
  expect(storyOf(none)).toBe('Nothing was sent to an endpoint, since every one was excluded: local/qwen (breaker).')
  expect(storyOf({ ...none, excluded: [] })).toBe('Nothing was sent to an endpoint, since small has none.')
  expect(storyOf({ ...none, kind: 'caller_cancelled' })).toBe(
    'The client went away before anything was sent to an endpoint.',
  )
})

test.each(OUTCOME_KINDS)('%s reads as a sentence', (kind) => {
  const story = storyOf({ ...RECORD, attempts: [attempt('groq/llama', { kind })], kind })
  expect(story).toMatch(/^groq\/llama was tried first because: first in the configuration\. It \w[^_]*1\.10 s[^_]*\.$/)
})

test('columns without anything in them are left out', () => {
  const text = explainView(
    { ...RECORD, attempts: [attempt('groq/llama', {})] },
    { width: 120, palette: paletteOf(false) },
  )
  expect(text.split('Attempts\n')[1]?.split('\n')[0]).toBe('  at  endpoint    outcome   total')
})

test('a whole answer has no first token', () => {
  expect(storyOf({ ...RECORD, stream: false })).toContain('Then fireworks/llama answered in 1.10 s.')
})
