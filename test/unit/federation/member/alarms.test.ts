import { beforeEach, describe, expect, test } from 'vitest'
import { AlarmQueue } from '../../../../src/federation/member/incidents/alarms.ts'
import type { Outcome } from '../../../../src/outcomes/types.ts'

const MINUTE = 60_000
const START = 1000 * MINUTE

let ejected: Set<string>
let queue: AlarmQueue
beforeEach(() => {
  ejected = new Set()
  queue = new AlarmQueue({
    publicName: (id) =>
      id.startsWith('private')
        ? undefined
        : { provider: id.split('/')[0]!.replace(/\d/, ''), model: id.split('/')[1]!, region: '-' },
    isEjected: (id) => ejected.has(id),
  })
})

function fail(endpoint: string, now: number, alert = false): void {
  ejected.add(endpoint)
  queue.note({ endpoint, state: 'open', alert }, now)
}

function heal(endpoint: string, now: number): void {
  ejected.delete(endpoint)
  queue.note({ endpoint, state: 'ramping', alert: false }, now)
}

const attempt = (endpoint: string, kind: Outcome['kind'], at: number, totalMs = 1000): void =>
  queue.learn({ endpoint, class: 'chat.lt1k.plain', kind, at, totalMs, stream: true }, at)

/** Everything that is reported from `from`, asked every second, as `minute: model state`. */
const reported = (from: number, minutes: number) =>
  Array.from({ length: minutes * 60 }, (_, i) => queue.next(from + i * 1000))
    .filter((word) => word !== undefined)
    .map(({ minute, endpoint, state }) => `${minute - 1000}: ${endpoint.model} ${state}`)

describe('what is told', () => {
  test('a failing endpoint at once, again every two minutes, and that it is back', () => {
    fail('openai/a', START)
    expect(reported(START, 5)).toEqual(['0: a failing', '2: a failing', '4: a failing'])
    heal('openai/a', START + 5 * MINUTE)
    expect(reported(START + 5 * MINUTE, 5)).toEqual(['5: a back'])
  })

  test('goes on when the clock is set back by a day', () => {
    fail('openai/a', START + 1440 * MINUTE)
    expect(reported(START + 1440 * MINUTE, 1)).toEqual(['1440: a failing'])
    expect(reported(START, 3)).toEqual(['0: a failing', '2: a failing'])
  })

  test('one word a minute, new troubles first', () => {
    for (const model of ['a', 'b', 'c']) fail(`openai/${model}`, START)
    expect(reported(START, 3)).toEqual(['0: a failing', '1: b failing', '2: c failing'])
    heal('openai/b', START + 3 * MINUTE)
    fail('openai/d', START + 3 * MINUTE)
    expect(reported(START + 3 * MINUTE, 4)).toEqual(['3: d failing', '4: b back', '5: a failing', '6: c failing'])
  })

  test('no wrong key, no unpaid bill, no private endpoint', () => {
    fail('openai/a', START, true)
    fail('private/b', START)
    expect(reported(START, 5)).toEqual([])
  })

  test('nothing more while it is being probed, or when the cause became the own key', () => {
    fail('openai/a', START)
    expect(reported(START, 1)).toEqual(['0: a failing'])
    ejected.clear()
    expect(reported(START + MINUTE, 5)).toEqual([])
    fail('openai/a', START + 6 * MINUTE)
    expect(reported(START + 6 * MINUTE, 1)).toEqual(['6: a failing'])
    fail('openai/a', START + 7 * MINUTE, true)
    expect(reported(START + 7 * MINUTE, 5)).toEqual([])
  })

  test('two accounts of one public endpoint are one alarm: it is back when both are', () => {
    fail('openai1/a', START)
    fail('openai2/a', START)
    expect(reported(START, 2)).toEqual(['0: a failing'])
    heal('openai1/a', START + 2 * MINUTE)
    expect(reported(START + 2 * MINUTE, 1)).toEqual(['2: a failing'])
    heal('openai2/a', START + 3 * MINUTE)
    expect(reported(START + 3 * MINUTE, 3)).toEqual(['3: a back'])
  })

  test('not that something is back of which nobody was told, nor old news', () => {
    fail('openai/a', START)
    heal('openai/a', START)
    expect(reported(START, 2)).toEqual([])
    fail('openai/b', START + 2 * MINUTE)
    expect(reported(START + 2 * MINUTE, 1)).toHaveLength(1)
    heal('openai/b', START + 3 * MINUTE)
    expect(reported(START + 60 * MINUTE, 2)).toEqual([])
  })

  test('of fifty endpoints at the most', () => {
    for (let i = 0; i < 200; i++) fail(`openai/m${i}`, START)
    ejected.clear()
    expect(reported(START, 100)).toHaveLength(50)
  })
})

describe('failures in a row, long before it is ejected', () => {
  const FAULT = 'provider_error'

  test('the second one is reported, and the answer after it', () => {
    attempt('openai/a', FAULT, START)
    expect(reported(START, 1)).toEqual([])
    attempt('openai/a', FAULT, START + MINUTE)
    expect(reported(START + MINUTE, 6)).toEqual(['1: a failing'])
    attempt('openai/a', 'ok', START + 7 * MINUTE)
    expect(reported(START + 7 * MINUTE, 2)).toEqual(['7: a back'])
    attempt('openai/a', 'ok', START + 9 * MINUTE)
    expect(reported(START + 9 * MINUTE, 2)).toEqual([])
  })

  test('repeated while it goes on failing, at most each two minutes', () => {
    for (const minutes of [0, 1, 2, 4]) {
      attempt('openai/a', FAULT, START + minutes * MINUTE)
      expect(reported(START + minutes * MINUTE, 1)).toEqual(
        minutes === 0 || minutes === 2 ? [] : [`${minutes}: a failing`],
      )
    }
    // Hours later it is another one.
    attempt('openai/a', FAULT, START + 400 * MINUTE)
    attempt('openai/a', FAULT, START + 401 * MINUTE)
    expect(reported(START + 401 * MINUTE, 1)).toEqual(['401: a failing'])
  })

  test('not of what was asked together, with an answer between, or long ago', () => {
    attempt('openai/a', FAULT, START)
    attempt('openai/a', FAULT, START + 500)
    attempt('openai/b', FAULT, START)
    attempt('openai/b', 'ok', START + 5000)
    attempt('openai/b', FAULT, START + 10_000)
    attempt('openai/c', FAULT, START)
    attempt('openai/c', FAULT, START + 11 * MINUTE)
    expect(reported(START, 15)).toEqual([])
  })

  test('not of rate limits, wrong keys, answers that are not well-formed and what may be about one prompt', () => {
    for (const at of [START, START + 5000, START + 10_000]) {
      attempt('openai/a', 'provider_rate_limited', at)
      attempt('openai/b', 'provider_auth', at)
      const outcome = { endpoint: 'openai/c', class: 'chat.lt1k.structured', totalMs: 100, stream: true, at } as const
      queue.learn({ ...outcome, kind: 'provider_malformed', invalidOutput: true }, at)
      queue.learn({ ...outcome, kind: FAULT, doubtful: true }, at)
    }
    expect(reported(START, 2)).toEqual([])
  })

  test('once ejected, health says when it is back', () => {
    attempt('openai/a', FAULT, START)
    attempt('openai/a', FAULT, START + 5000)
    fail('openai/a', START + 6000)
    attempt('openai/a', 'ok', START + 7000)
    expect(reported(START + 7000, 3)).toEqual(['0: a failing', '2: a failing'])
    heal('openai/a', START + 4 * MINUTE)
    expect(reported(START + 4 * MINUTE, 1)).toEqual(['4: a back'])
  })

  test('endpoints that nobody asks any more make room', () => {
    for (let i = 0; i < 60; i++) {
      const at = START + 3 * i * MINUTE
      attempt(`openai/m${i}`, FAULT, at)
      attempt(`openai/m${i}`, FAULT, at + 5000)
      expect(reported(at + 5000, 2)).toHaveLength(1)
    }
  })
})
