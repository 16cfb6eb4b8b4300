import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OUTCOME_KINDS } from '../../../../src/plugins/api.ts'
import type { Ticket } from '../../../../src/routing/health/endpoint-health.ts'
import { Health } from '../../../../src/routing/health/health.ts'
import { runs } from '../../../helpers/properties.ts'

const IDS = ['a/m', 'b/m', 'c/m'].map((id) => ({ id }))

const step = fc.oneof(
  fc.record({ do: fc.constant('begin' as const), endpoint: fc.nat(2) }),
  fc.record({
    do: fc.constant('end' as const),
    which: fc.nat(50),
    kind: fc.constantFrom(...OUTCOME_KINDS),
    retryAfterMs: fc.option(fc.double(), { nil: undefined }),
  }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.nat(700_000) }),
)

test('whatever happens: one endpoint is always admitted, no more than one probe is in flight, and the figures stay sane', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (steps, chance) => {
        const health = new Health()
        const random = (): number => chance.next().value
        const live: Ticket[] = []
        let now = 0
        for (const action of steps) {
          if (action.do === 'pass') now += action.ms
          else if (action.do === 'begin') live.push(health.begin(IDS[action.endpoint]!.id, now))
          else if (live.length > 0)
            health.end(live.splice(action.which % live.length, 1)[0]!, action.kind, now, {
              retryAfterMs: action.retryAfterMs,
            })
          const { admitted, refused } = health.admit(IDS, now, random)
          expect(admitted.length).toBeGreaterThan(0)
          expect(admitted.length + refused.length).toBe(IDS.length)
          for (const refusal of refused) {
            expect(admitted).not.toContain(refusal.endpoint)
            expect(refusal.retryAt).toBeGreaterThanOrEqual(now)
            expect(refusal.retryAt).toBeLessThanOrEqual(now + 3_600_000)
          }
          for (const { id } of IDS) {
            const mine = live.filter((ticket) => ticket.endpoint === id)
            expect(mine.filter((ticket) => ticket.probe).length).toBeLessThanOrEqual(1)
            expect(health.inFlight(id)).toBe(mine.length)
            expect(health.of(id)?.cap.at(now) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(1)
          }
        }
      },
    ),
    { numRuns: runs(300) },
  )
})
