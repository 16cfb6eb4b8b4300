import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Send } from '../../../src/bench/probe.ts'
import type { ProbeResult } from '../../../src/federation/protocol/types.ts'
import type { AttemptRecord } from '../../../src/plugins/api.ts'
import { Budget } from '../../../src/prober/budget.ts'
import { chatOf, turnsOf } from '../../../src/prober/chats.ts'
import { OwnNetwork } from '../../../src/prober/own-network.ts'
import { Prober } from '../../../src/prober/prober.ts'
import { UnsentResults } from '../../../src/prober/unsent-results.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 28, 12)
let directory: string
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => removeDirectory(directory))

const result = (time = NOW / 1000): ProbeResult => ({
  provider: 'groq',
  model: 'a/b',
  region: '-',
  class: 'chat.lt1k.plain',
  time,
  stream: true,
  kind: 'ok',
})

test('a budget is kept over restarts and a clock that is set back, and begins anew with the day', async () => {
  const budget = Budget.open(directory, 1, NOW)
  expect(await budget.reserve(0.6, NOW)).toBe(true)
  expect(await budget.reserve(0.6, NOW)).toBe(false)
  await budget.settle(0.6, 0.1, budget.day(NOW))
  expect(await budget.reserve(0.6, NOW)).toBe(true)
  const again = Budget.open(directory, 1, NOW)
  expect(again.spent(NOW)).toBeCloseTo(0.7)
  expect(await again.reserve(0.6, NOW - DAY)).toBe(false)
  expect(await again.reserve(0.6, NOW + DAY)).toBe(true)
})

test('what is settled of yesterday is not taken from today', async () => {
  const budget = Budget.open(directory, 1, NOW)
  const day = budget.day(NOW)
  await budget.reserve(0.5, NOW)
  await budget.reserve(0.2, NOW + DAY)
  await budget.settle(0.5, 0, day)
  expect(budget.spent(NOW + DAY)).toBeCloseTo(0.2)
})

test('unsent results are the same batch until it is taken, over a restart too, and those of yesterday are dropped', async () => {
  const unsent = UnsentResults.open(directory)
  unsent.add(result(NOW / 1000 - 90_000))
  for (let at = 0; at < 250; at++) unsent.add(result())
  const first = unsent.next(NOW)!
  expect(first.results).toHaveLength(200)
  await unsent.save()
  const again = UnsentResults.open(directory)
  expect(again.next(NOW)).toEqual(first)
  again.taken(first)
  const second = again.next(NOW)!
  expect([second.results.length, second.seq > first.seq]).toEqual([50, true])
  again.taken(second)
  expect([again.next(NOW), again.waiting]).toEqual([undefined, 0])
})

test.each([
  'null',
  '5',
  '[]',
  '{"results":5}',
  '{"results":"none","seq":"1"}',
  '{"results":[null,4,{}],"batch":{"seq":4}}',
  '{"batch":{"seq":4,"results":{}}}',
  '{"batch":[null],"seq":null}',
  '{"batch":{"seq":null,"results":[{"time":1}]}}',
  '{"results":[',
])('an outbox that holds %s is empty, and takes what comes', (text) => {
  writeFileSync(join(directory, 'outbox.json'), text)
  const unsent = UnsentResults.open(directory)
  expect([unsent.waiting, unsent.next(NOW)]).toEqual([0, undefined])
  unsent.add(result())
  expect(unsent.next(NOW)).toEqual({ seq: NOW, results: [result()] })
})

test('what can be read of an outbox is kept', () => {
  const batch = { seq: NOW + 5, results: [result()] }
  writeFileSync(join(directory, 'outbox.json'), JSON.stringify({ seq: null, results: [null, result()], batch }))
  const unsent = UnsentResults.open(directory)
  expect([unsent.waiting, unsent.next(NOW)]).toEqual([2, batch])
})

test.each(['null', '[]', '{"day":"soon","usd":0}', '{"day":"2026-11-28","usd":-9}', '{"day":"2026-11-28"}', '{'])(
  'a budget that holds %s is spent until tomorrow',
  async (text) => {
    writeFileSync(join(directory, 'budget.json'), text)
    const budget = Budget.open(directory, 1, NOW)
    expect([await budget.reserve(0.1, NOW), await budget.reserve(0.1, NOW + DAY)]).toEqual([false, true])
  },
)

test('chats differ from each other, and streams come first', () => {
  expect(turnsOf(['json', 'tools', 'stream'])[0]).toBe('stream')
  expect(turnsOf(['whole'])).toEqual(['whole'])
  const one = chatOf('tools', Math.random).fields
  expect(one.tools).toHaveLength(1)
  expect(JSON.stringify(one.messages)).not.toBe(JSON.stringify(chatOf('tools', Math.random).fields.messages))
})

test('three providers in a row that cannot be reached are this machine; an answer of anybody is the end of it', () => {
  const network = new OwnNetwork()
  const seen = ['a', 'b', 'c', 'd'].map((name) => network.isWell(name, 'provider_network', NOW))
  expect(seen).toEqual([true, true, false, false])
  expect(network.isWell('a', 'provider_error', NOW)).toBe(true)
  expect(network.isWell('b', 'provider_network', NOW)).toBe(true)
})

/** Asks one endpoint as fast as it may until it was asked so often. */
async function asked(times: number, answer: (turn: number) => Partial<AttemptRecord>) {
  const results: ProbeResult[] = []
  const warnings: string[] = []
  let turn = 0
  const done = Promise.withResolvers<void>()
  const send: Send = async (endpoint) => {
    const attempt = { endpoint, kind: 'ok', startMs: 0, totalMs: 50, ...answer(turn++) } as AttemptRecord
    if (turn === times) done.resolve()
    return attempt
  }
  const target = {
    id: 'up/a',
    name: { provider: 'groq', model: 'a', region: '-' },
    operation: 'chat',
    price: undefined,
  } as const
  const prober = new Prober({
    targets: [target],
    send,
    chats: ['stream', 'whole'],
    intervalMs: 1,
    maxOutputTokens: 16,
    concurrency: 1,
    timeoutMs: 1_000,
    budget: Budget.open(directory, 100, Date.now()),
    log: { info: () => {}, warn: (_, message) => void warnings.push(message) },
    onResult: (each) => void results.push(each),
  })
  prober.start()
  await done.promise
  await prober.stop()
  return { results, warnings, turn }
}

test('what an answer says is told; of streams the first token, of whole answers the total', async () => {
  const usage = { inputTokens: 100, outputTokens: 20 }
  const { results } = await asked(3, () => ({ ttftMs: 10, totalMs: 210, usage, costUsd: 0.00012 }))
  expect(results[0]).toMatchObject({ class: 'chat.lt1k.plain', stream: true, ttft: 10, price: 1 })
  expect(results[0]!.speed).toBeCloseTo(95)
  expect(results[0]!.total).toBeUndefined()
  expect(results[1]).toMatchObject({ stream: false, total: 210 })
})

test('an answer cut short by its limit says nothing; a refused key is said once and ends the asking', async () => {
  const cut = await asked(3, (turn) => (turn === 0 ? { kind: 'provider_empty', finishReason: 'length' } : {}))
  expect(cut.results.every(({ kind }) => kind === 'ok')).toBe(true)
  const refused = await asked(1, () => ({ kind: 'provider_auth', status: 401 }))
  expect(refused.results).toEqual([])
  expect(refused.turn).toBe(1)
})
