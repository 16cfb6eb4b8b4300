import { beforeEach, describe, expect, test } from 'vitest'
import { RouterError } from '../../../../src/base/errors.ts'
import type { Membership } from '../../../../src/federation/member/membership/identity.ts'
import { MemberStatus } from '../../../../src/federation/member/membership/member-status.ts'
import type { Reporter } from '../../../../src/federation/member/report/reporter.ts'
import { Sender } from '../../../../src/federation/member/report/sender.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'

const HOUR = 3_600_000
const START = 100 * HOUR
const key = generateSigningKey()
const hubKey = generateSigningKey().publicKey
const membership = {
  ...{ hub: 'https://hub.example', hubKey, member: 'me', key, epochSeconds: 3600, k: 5, private: false },
} as Membership
const info = { v: '1.0', name: 'x', key: hubKey, epoch_seconds: 3600, k: 5, time: START / 1000 + 7 }

let waiting: number[]
let sent: number[]
let answer: (epoch: number) => void
let status: MemberStatus
let sender: Sender
let warnings: object[]
let hub = info
let isNew: boolean
let introduced: number | undefined
/** When it was asked to close an epoch. */
let closed: number[]
/** How often something of a report of an epoch may be left out. */
let fields: Record<number, number>
let onInfo: () => Promise<void>

beforeEach(() => {
  waiting = [97, 98, 99]
  sent = []
  answer = () => {}
  hub = info
  isNew = false
  introduced = undefined
  closed = []
  fields = {}
  onInfo = async () => {}
  warnings = []
  status = new MemberStatus('/nowhere', { hub: membership.hub, member: 'me', epochSeconds: 3600 })
  const reporter = {
    introduce: async (minor: number) => {
      introduced = minor
      if (isNew) waiting = [96]
    },
    close: async (now: number) => void closed.push(now),
    save: async () => undefined,
    get waiting() {
      return waiting.map((epoch) => ({ epoch, bytes: 1 }))
    },
    read: async (epoch: number) =>
      seal({ type: 'report', v: '1.0', epoch, cells: [{ provider: 'openai', model: 'm', region: '-' }] } as never, key),
    lower: async (epoch: number) => {
      fields[epoch] = (fields[epoch] ?? 0) - 1
      return fields[epoch] >= 0
    },
    settle: async (epoch: number) => {
      waiting = waiting.filter((other) => other !== epoch)
    },
  } as unknown as Reporter
  const client = {
    info: async () => {
      await onInfo()
      return hub
    },
    report: async (document: Buffer) => {
      const { epoch } = JSON.parse(document.toString().split('\n')[1]!)
      sent.push(epoch)
      answer(epoch)
      return true
    },
  }
  sender = new Sender(
    { membership, reporter, client, status, log: { warn: (fields) => void warnings.push(fields) }, random: () => 0.5 },
    START,
  )
})

const refusal = (code: string, retryAfterMs?: number) =>
  new RouterError('ROUTER_FEDERATION_REFUSED', { hub: membership.hub, code, reason: 'No.' }, { retryAfterMs })

test('the hub is asked once what it takes, though nothing waits', async () => {
  waiting = []
  isNew = true
  await sender.tick(START)
  await sender.tick(START + 30_000)
  expect(introduced).toBe(0)
  expect(sent).toEqual([96])
})

test('the hub is asked before the epoch ends', async () => {
  const reporter = { waiting: [], introduce: async () => {}, close: async () => undefined, save: async () => {} }
  let asked = 0
  const client = { info: async () => ({ ...info, asked: asked++ }), report: async () => true }
  const late = START + HOUR - 4000
  const log = { warn: () => {} }
  const options = { membership, reporter: reporter as unknown as Reporter, client, status, log, random: () => 0.99 }
  const other = new Sender(options, late)
  await other.tick(late + 1900)
  expect(asked).toBe(0)
  await other.tick(late + 2000)
  expect(asked).toBe(1)
})

describe('while the hub is asked', () => {
  test('time goes on: no epoch is closed by what it was before', async () => {
    onInfo = () => sender.tick(START + 90_000)
    await sender.tick(START + 30_000)
    expect(closed).toEqual([START + 30_000, START + 90_000, START + 90_000])
  })

  test('it may be over: then nothing more is written or sent', async () => {
    isNew = true
    onInfo = () => sender.close(undefined)
    await sender.tick(START + 30_000)
    expect(introduced).toBeUndefined()
    expect(sent).toEqual([])
  })
})

describe('reports that wait', () => {
  test('are sent soon after the start, oldest first, and are done with once acknowledged', async () => {
    await sender.tick(START)
    expect(sent).toEqual([])
    await sender.tick(START + 30_000)
    expect(sent).toEqual([97, 98, 99])
    expect(waiting).toEqual([])
    expect(status.lastReport).toMatchObject({ epoch: 99, cells: 1 })
    expect(status.hasReported({ provider: 'openai', model: 'm', region: '-' }, 100)).toBe(true)
    expect(status.hasReported({ provider: 'openai', model: 'm', region: '-' }, 124)).toBe(false)
    expect(status.clockDifferenceS).toBe(-23)
  })

  test.each(['conflict', 'epoch_too_old', 'invalid', 'wrong_version', 'too_large', 'bad_signature'])(
    'are dropped when the hub says %s',
    async (code) => {
      answer = (epoch) => {
        if (epoch === 98) throw refusal(code)
      }
      await sender.tick(START + 30_000)
      expect(sent).toEqual([97, 98, 99])
      expect(waiting).toEqual([])
      expect(status.counts).toMatchObject({ reports: 2, refused: 1 })
      expect(warnings).toHaveLength(1)
    },
  )

  test('are sent again at once with less in them when the hub does not know their version', async () => {
    fields = { 98: 2 }
    answer = (epoch) => {
      if ((fields[epoch] ?? 0) > 0) throw refusal('wrong_version')
    }
    await sender.tick(START + 30_000)
    expect(sent).toEqual([97, 98, 98, 98, 99])
    expect(waiting).toEqual([])
    expect(status.counts).toMatchObject({ reports: 3, refused: 0 })
    expect(warnings).toEqual([])
  })

  test.each(['unknown_member', 'suspended', 'epoch_not_over', 'clock_skew', 'unavailable', 'internal'])(
    'stay when the hub says %s',
    async (code) => {
      answer = () => {
        throw refusal(code)
      }
      await sender.tick(START + 30_000)
      expect(waiting).toEqual([97, 98, 99])
      expect(status.problem('report')).toContain(code)
      answer = () => {}
      await sender.tick(START + 60_000)
      expect(waiting).toEqual([])
      expect(status.problem('report')).toBeUndefined()
    },
  )

  test('wait longer after each failure, and as long as the hub asks', async () => {
    answer = () => {
      throw new RouterError('ROUTER_FEDERATION_HUB', { hub: membership.hub, reason: 'gone' })
    }
    const tries: number[] = []
    for (let now = START; now < START + HOUR; now += 1_000) {
      const before = sent.length
      await sender.tick(now)
      if (sent.length > before) tries.push((now - START) / 1000)
    }
    const gaps = tries.slice(1).map((at, index) => at - tries[index]!)
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
    answer = () => {
      throw refusal('rate_limited', 7_200_000)
    }
    await sender.tick(START + 2 * HOUR)
    const count = sent.length
    await sender.tick(START + 3 * HOUR)
    expect(sent).toHaveLength(count)
    await sender.tick(START + 4 * HOUR)
    expect(sent).toHaveLength(count + 1)
  })

  test('are sent when the clock that was years ahead has been set right', async () => {
    waiting = []
    const ahead = START + 10_000 * HOUR
    await sender.tick(ahead)
    waiting = [99]
    await sender.tick(START + HOUR)
    await sender.tick(START + 2 * HOUR)
    expect(sent).toEqual([99])
  })

  test.each([
    ['key', { ...info, key: generateSigningKey().publicKey }, /another key/],
    ['epochs', { ...info, epoch_seconds: 60 }, /epochs of 60 s/],
    ['smaller k', { ...info, k: 4 }, /at least 5 were agreed/],
  ])('are not sent to a hub with another %s than agreed', async (_, changed, reason) => {
    hub = changed
    await sender.tick(START + 30_000)
    expect(sent).toEqual([])
    expect(status.problem('report')).toMatch(reason)
  })
})
