import { describe, expect, test, vi } from 'vitest'
import { OUTCOME_KINDS, type OutcomeKind } from '../../../../src/plugins/api.ts'
import type { Ticket } from '../../../../src/routing/health/endpoint-health.ts'
import { Health } from '../../../../src/routing/health/health.ts'
import type { HealthChange } from '../../../../src/routing/health/health-change.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const A = { id: 'a/m' }
const B = { id: 'b/m' }
const C = { id: 'c/m' }

/** A health with a clock of its own, and shorthands. */
function setUp() {
  const changes: HealthChange[] = []
  const health = new Health((change) => changes.push(change))
  const world = {
    health,
    changes,
    now: 1_000_000,
    random: 0,
    pass(ms: number): void {
      world.now += ms
    },
    attempt(endpoint: { id: string }, kind: OutcomeKind, times = 1, retryAfterMs?: number): void {
      for (let time = 0; time < times; time += 1)
        health.end(health.begin(endpoint.id, world.now), kind, world.now, { retryAfterMs })
    },
    admitted(...endpoints: { id: string }[]): string[] {
      return health.admit(endpoints, world.now, () => world.random).admitted.map(({ id }) => id)
    },
    refusal(endpoint: { id: string }) {
      return health.admit([endpoint, { id: 'healthy/peer' }], world.now, () => world.random).refused[0]
    },
    state: (endpoint: { id: string }) => health.state(endpoint.id, world.now),
    /** Opens the breaker and waits until it may be probed. */
    halfOpen(endpoint: { id: string }): void {
      world.attempt(endpoint, 'provider_error', 3)
      world.now = health.admit([endpoint, C], world.now, () => 0).refused[0]?.retryAt ?? Number.NaN
    },
  }
  return world
}

describe('the breaker opens', () => {
  test('an unknown endpoint is healthy', () => {
    const world = setUp()
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
    expect(world.state(A)).toBe('closed')
    expect(world.health.inFlight(A.id)).toBe(0)
    expect(world.health.of(A.id)?.cap.at(world.now) ?? Number.POSITIVE_INFINITY).toBe(Number.POSITIVE_INFINITY)
    expect(world.health.of(A.id)?.isOutage(world.now) ?? false).toBe(false)
  })

  test('after 3 provider faults in a row, for 30 s, and says why', () => {
    const world = setUp()
    world.attempt(A, 'provider_error', 2)
    expect(world.state(A)).toBe('closed')
    world.attempt(A, 'provider_timeout_idle')
    expect(world.state(A)).toBe('open')
    expect(world.admitted(A, B)).toEqual([B.id])
    expect(world.refusal(A)).toEqual({
      endpoint: A,
      reason: 'breaker',
      detail: 'ejected: 3 faults in a row, last provider_timeout_idle',
      retryAt: world.now + 30 * SECOND,
    })
    expect(world.changes).toEqual([expect.objectContaining({ endpoint: A.id, state: 'open', alert: false })])
  })

  test('not when a success comes between', () => {
    const world = setUp()
    for (const kind of ['provider_error', 'provider_error', 'ok', 'provider_error', 'provider_error'] as const)
      world.attempt(A, kind)
    expect(world.state(A)).toBe('closed')
  })

  test.each(
    OUTCOME_KINDS.filter(
      (kind) => kind !== 'ok' && (!kind.startsWith('provider_') || kind === 'provider_rate_limited'),
    ),
  )('%s neither counts as a fault nor breaks the row', (kind) => {
    const world = setUp()
    world.attempt(A, kind, 50)
    expect(world.state(A)).toBe('closed')
    expect(world.health.of(A.id)?.isOutage(world.now) ?? false).toBe(false)
    world.attempt(A, 'provider_error', 2)
    world.attempt(A, kind)
    world.attempt(A, 'provider_error')
    expect(world.state(A)).toBe('open')
  })

  test.each(OUTCOME_KINDS.filter((kind) => kind.startsWith('provider_') && kind !== 'provider_rate_limited'))(
    '%s counts',
    (kind) => {
      const world = setUp()
      world.attempt(A, kind, 3)
      expect(world.state(A)).toBe('open')
    },
  )

  test('with 10 attempts in 30 s and 30 points below its peers', () => {
    const world = setUp()
    const mixed = (endpoint: { id: string }, faults: number): void => {
      for (let index = 0; index < 10; index += 1)
        world.attempt(endpoint, index % 3 === 1 && index / 3 < faults ? 'provider_error' : 'ok')
    }
    mixed(A, 2)
    mixed(B, 0)
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
    world.pass(31 * SECOND)
    mixed(A, 3)
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
    mixed(B, 0)
    expect(world.admitted(A, B)).toEqual([B.id])
    expect(world.refusal(A)?.detail).toBe('ejected: 70 % of the last 10 succeeded, 100 % at its peers')
  })

  test('not when its peers do as badly, nor when it has none', () => {
    const world = setUp()
    for (let index = 0; index < 20; index += 1) {
      for (const endpoint of [A, B]) world.attempt(endpoint, index % 2 ? 'provider_error' : 'ok')
    }
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
    expect(world.admitted(A)).toEqual([A.id])
    expect(world.admitted(A, C)).toEqual([A.id, C.id])
  })

  test.each(['provider_auth', 'provider_billing', 'provider_not_found'] as const)(
    'at once and for longer on %s, as an alert',
    (kind) => {
      const world = setUp()
      world.attempt(A, kind)
      expect(world.refusal(A)?.retryAt).toBe(world.now + 5 * MINUTE)
      expect(world.changes).toEqual([expect.objectContaining({ endpoint: A.id, alert: true, cause: kind })])
      expect(world.admitted(A)).toEqual([A.id])
    },
  )

  test('once for a burst: failures of attempts begun before it opened do not lengthen it', () => {
    const world = setUp()
    const tickets = Array.from({ length: 20 }, () => world.health.begin(A.id, world.now))
    for (const ticket of tickets.slice(0, 5)) world.health.end(ticket, 'provider_error', world.now)
    world.pass(31 * SECOND)
    for (const ticket of tickets.slice(5)) world.health.end(ticket, 'provider_error', world.now)
    expect(world.state(A)).toBe('half-open')
    expect(world.changes).toHaveLength(1)
  })
})

describe('the breaker closes', () => {
  test('half-open lets exactly one probe through', () => {
    const world = setUp()
    world.halfOpen(A)
    expect(world.state(A)).toBe('half-open')
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
    const probe = world.health.begin(A.id, world.now)
    expect(probe.probe).toBe(true)
    expect(world.admitted(A, B)).toEqual([B.id])
    expect(world.health.available(A.id, world.now)).toBe(false)
    expect(world.health.begin(A.id, world.now).probe).toBe(false)
  })

  test('a probe that says nothing makes room for the next one', () => {
    const world = setUp()
    world.halfOpen(A)
    world.attempt(A, 'caller_cancelled')
    expect(world.state(A)).toBe('half-open')
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
  })

  test('a hanging probe stays the only one, even over a new ejection', () => {
    const world = setUp()
    world.halfOpen(A)
    const hanging = world.health.begin(A.id, world.now)
    world.attempt(A, 'provider_error')
    expect(world.state(A)).toBe('open')
    world.pass(5 * MINUTE)
    expect(world.state(A)).toBe('half-open')
    expect(world.health.begin(A.id, world.now).probe).toBe(false)
    world.health.end(hanging, 'provider_timeout_first_token', world.now)
    expect(world.health.begin(A.id, world.now).probe).toBe(true)
  })

  test('a success starts a slow ramp: a tenth of the traffic, all of it after 30 s', () => {
    const world = setUp()
    world.halfOpen(A)
    world.attempt(A, 'ok')
    expect(world.state(A)).toBe('ramping')
    const share = (): number => {
      let count = 0
      for (let step = 0; step < 1000; step += 1) {
        world.random = step / 1000
        count += world.admitted(A, B).length - 1
      }
      return count / 1000
    }
    expect(share()).toBeCloseTo(0.1, 2)
    world.pass(15 * SECOND)
    expect(share()).toBeCloseTo(0.55, 2)
    world.pass(15 * SECOND)
    expect(world.state(A)).toBe('closed')
    expect(share()).toBe(1)
    expect(world.changes.map(({ state }) => state)).toEqual(['open', 'ramping'])
  })

  test.each([
    ['1 minute where it fails at once', 0, [30, 60, 60, 60, 60, 60]],
    ['ten times what a probe costs', 15, [30, 60, 120, 150, 150, 150]],
    ['10 minutes', 90, [30, 60, 120, 240, 480, 600, 600, 600]],
  ])('the ejection doubles with each failed probe, up to %s', (_, seconds, expected) => {
    const world = setUp()
    const fail = () => {
      const ticket = world.health.begin(A.id, world.now)
      world.pass(seconds * SECOND)
      world.health.end(ticket, 'provider_error', world.now)
    }
    for (let time = 0; time < 3; time += 1) fail()
    const lengths = expected.map(() => {
      const retryAt = world.refusal(A)?.retryAt ?? Number.NaN
      const length = (retryAt - world.now) / SECOND
      world.now = retryAt
      fail()
      return length
    })
    expect(lengths).toEqual(expected)
  })

  test('the next ejection halves for every five healthy minutes', () => {
    const world = setUp()
    world.halfOpen(A)
    world.attempt(A, 'provider_error')
    world.now = world.refusal(A)?.retryAt ?? Number.NaN
    world.attempt(A, 'ok')
    world.pass(5 * MINUTE)
    world.attempt(A, 'provider_error', 3)
    expect(world.refusal(A)?.retryAt).toBe(world.now + 60 * SECOND)
    world.pass(60 * SECOND)
    world.attempt(A, 'ok')
    world.pass(60 * MINUTE)
    world.attempt(A, 'provider_error', 3)
    expect(world.refusal(A)?.retryAt).toBe(world.now + 30 * SECOND)
  })

  test('what failed before the ejection is not held against it afterwards', () => {
    const world = setUp()
    world.attempt(B, 'ok', 20)
    world.attempt(A, 'provider_error', 3)
    const stale = world.health.begin(A.id, world.now - MINUTE)
    world.pass(30 * SECOND)
    world.attempt(A, 'ok')
    world.health.end(stale, 'provider_error', world.now)
    world.attempt(B, 'ok', 20)
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
  })
})

describe('the last one is never refused', () => {
  test('of several ejected ones, the one that may be probed soonest', () => {
    const world = setUp()
    world.attempt(A, 'provider_auth')
    world.attempt(B, 'provider_error', 3)
    world.attempt(C, 'provider_rate_limited', 1, 50 * SECOND)
    const { admitted, refused } = world.health.admit([A, B, C], world.now, () => 0)
    expect(admitted).toEqual([B])
    expect(refused.map(({ endpoint, reason }) => [endpoint.id, reason])).toEqual([
      [A.id, 'breaker'],
      [C.id, 'rate_limited'],
    ])
  })

  test('its success while ejected brings it back at once, its failure costs nothing more', () => {
    const world = setUp()
    world.attempt(A, 'provider_error', 3)
    const { retryAt } = world.refusal(A) ?? {}
    world.attempt(A, 'provider_error', 9)
    expect(world.refusal(A)?.retryAt).toBe(retryAt)
    world.attempt(A, 'ok')
    expect(world.state(A)).toBe('ramping')
  })

  test('all ramping ones are let in when chance refuses all of them', () => {
    const world = setUp()
    for (const endpoint of [A, B]) {
      world.attempt(endpoint, 'provider_error', 3)
      world.attempt(endpoint, 'ok')
    }
    world.random = 0.99
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
  })

  test('no endpoints, none admitted', () => {
    expect(new Health().admit([], 0, Math.random)).toEqual({ admitted: [], refused: [] })
  })
})

describe('429', () => {
  test('is honoured until its retry-after, and a shorter one does not shorten it', () => {
    const world = setUp()
    const first = world.health.begin(A.id, world.now)
    const second = world.health.begin(A.id, world.now)
    world.health.end(first, 'provider_rate_limited', world.now, { retryAfterMs: 20 * SECOND })
    world.health.end(second, 'provider_rate_limited', world.now, { retryAfterMs: 5 * SECOND })
    expect(world.refusal(A)).toMatchObject({ reason: 'rate_limited', retryAt: world.now + 20 * SECOND })
    expect(world.state(A)).toBe('closed')
    world.pass(20 * SECOND)
    expect(world.admitted(A, B)).toEqual([A.id, B.id])
  })

  test('without retry-after waits 1 s, doubling up to ten minutes until a success', () => {
    const world = setUp()
    const wait = (): number => {
      world.attempt(A, 'provider_rate_limited')
      const ms = (world.refusal(A)?.retryAt ?? Number.NaN) - world.now
      world.pass(ms)
      return ms / SECOND
    }
    expect(Array.from({ length: 12 }, wait)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
    world.attempt(A, 'ok')
    expect(wait()).toBe(1)
  })

  test('without retry-after rests no longer than the limit has lasted where nobody else can be asked', () => {
    const world = setUp()
    for (let asked = 0; asked < 20; asked++) {
      world.attempt(A, 'provider_rate_limited')
      world.pass(10)
    }
    expect(world.refusal(A)?.retryAt).toBe(world.now - 10 + SECOND)
    world.attempt(A, 'ok')
    expect(world.refusal(A)).toBeUndefined()
  })

  test('a rest that the upstream asked for outlasts a success', () => {
    const world = setUp()
    world.attempt(A, 'provider_rate_limited', 1, 20 * SECOND)
    world.attempt(A, 'ok')
    expect(world.refusal(A)?.retryAt).toBe(world.now + 20 * SECOND)
  })

  test.each([Number.NaN, -1])('a retry-after of %d counts as none', (retryAfterMs) => {
    const world = setUp()
    world.attempt(A, 'provider_rate_limited', 1, retryAfterMs)
    expect(world.refusal(A)?.retryAt).toBe(world.now + SECOND)
  })

  test('a retry-after of a day is cut to an hour', () => {
    const world = setUp()
    world.attempt(A, 'provider_rate_limited', 1, 24 * 60 * MINUTE)
    expect(world.refusal(A)?.retryAt).toBe(world.now + 60 * MINUTE)
  })

  test('a retry-after on another fault is honoured too', () => {
    const world = setUp()
    world.attempt(A, 'provider_overloaded', 1, 7 * SECOND)
    expect(world.refusal(A)).toMatchObject({ reason: 'rate_limited', retryAt: world.now + 7 * SECOND })
  })

  test('lowers the cap to 0.7 of what was in flight, once for a burst', () => {
    const world = setUp()
    const tickets = Array.from({ length: 20 }, () => world.health.begin(A.id, world.now))
    for (const ticket of tickets) world.health.end(ticket, 'provider_rate_limited', world.now)
    expect(world.health.of(A.id)?.cap.at(world.now) ?? Number.POSITIVE_INFINITY).toBe(14)
    expect(world.refusal(A)?.retryAt).toBe(world.now + SECOND)
    expect(world.health.inFlight(A.id)).toBe(0)
  })

  test('the cap never falls below 1', () => {
    const world = setUp()
    world.attempt(A, 'provider_rate_limited', 5)
    expect(world.health.of(A.id)?.cap.at(world.now) ?? Number.POSITIVE_INFINITY).toBe(1)
  })

  test('the cap grows by one for each clean 10 s and is forgotten beyond twice the recent peak', () => {
    const world = setUp()
    const tickets = Array.from({ length: 10 }, () => world.health.begin(A.id, world.now))
    world.health.end(tickets[0] as Ticket, 'provider_rate_limited', world.now)
    const cap = () => world.health.of(A.id)?.cap.at(world.now) ?? Number.POSITIVE_INFINITY
    expect(cap()).toBe(7)
    world.pass(9.9 * SECOND)
    expect(cap()).toBe(7)
    world.pass(0.1 * SECOND)
    expect(cap()).toBe(8)
    world.pass(120 * SECOND)
    expect(cap()).toBe(20)
    world.pass(10 * SECOND)
    expect(cap()).toBe(Number.POSITIVE_INFINITY)
    world.pass(10 * SECOND)
    expect(cap()).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('counting', () => {
  test('in-flight attempts are counted from begin to end, and ending twice counts once', () => {
    const world = setUp()
    const tickets = [1, 2, 3].map(() => world.health.begin(A.id, world.now))
    expect(world.health.inFlight(A.id)).toBe(3)
    world.health.end(tickets[0] as Ticket, 'ok', world.now)
    world.health.end(tickets[0] as Ticket, 'ok', world.now)
    expect(world.health.inFlight(A.id)).toBe(2)
  })

  test('an outage is a significant share of faults in the last 30 s', () => {
    const world = setUp()
    const outage = () => world.health.of(A.id)?.isOutage(world.now) ?? false
    world.attempt(A, 'provider_error')
    expect(outage()).toBe(false)
    world.attempt(A, 'ok')
    world.attempt(A, 'provider_error')
    expect(outage()).toBe(true)
    world.attempt(A, 'ok', 4)
    expect(outage()).toBe(false)
    world.attempt(A, 'provider_error', 2)
    expect(outage()).toBe(true)
    world.pass(31 * SECOND)
    expect(outage()).toBe(false)
  })

  test('forgive forgets one whose key has changed', () => {
    const world = setUp()
    for (const endpoint of [A, B]) world.attempt(endpoint, 'provider_auth')
    world.health.forgive((id) => id === B.id)
    expect([A, B].map(world.state)).toEqual(['open', 'closed'])
  })

  test('names that clients invent push out nothing of a configured endpoint, however long it was not used', () => {
    const world = setUp()
    world.attempt(A, 'provider_auth')
    world.health.configure(new Set([A.id, B.id]))
    const inFlight = world.health.begin(B.id, world.now)
    for (let index = 0; index < 2000; index += 1) world.attempt({ id: `c/${index}` }, 'provider_not_found')
    expect(world.state(A)).toBe('open')
    expect(world.health.inFlight(B.id)).toBe(1)
    expect(world.state({ id: 'c/0' })).toBe('closed')
    expect(world.state({ id: 'c/1999' })).toBe('open')
    world.health.end(inFlight, 'ok', world.now)
  })

  test('random is asked only about ramping endpoints', () => {
    const world = setUp()
    const random = vi.fn(() => 0.5)
    world.attempt(A, 'provider_error', 3)
    world.health.admit([A, B], world.now, random)
    expect(random).not.toHaveBeenCalled()
  })
})
