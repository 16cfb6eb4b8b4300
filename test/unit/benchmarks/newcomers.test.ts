import { expect, test } from 'vitest'
import { newcomerBar } from '../../../benchmarks/routing/bars.ts'
import { newcomerFigures, STARTING_SITES } from '../../../benchmarks/routing/newcomers.ts'
import type { WorldOutcome } from '../../../benchmarks/routing/worlds.ts'

/** A run in which site `at` loses `excess(at)` in its first twenty requests. */
const outcome = (map: boolean, excess: (at: number) => number) =>
  ({
    map,
    result: { sites: STARTING_SITES.map((_, at) => ({ first20_excess: excess(at) })) },
  }) as unknown as WorldOutcome

test('counts the sites that begin late, with a map over without, and not those without requests', () => {
  const late = STARTING_SITES.filter(({ from }) => from > 0).length
  expect(late).toBeGreaterThanOrEqual(20)
  const old = (at: number) => STARTING_SITES[at]!.from === 0
  const figures = newcomerFigures([
    outcome(false, (at) => (old(at) ? 99 : 2)),
    outcome(true, (at) => (old(at) ? 99 : 0.5)),
  ])
  expect(figures).toMatchObject({ starts: late, alone: 2, mapped: 0.5, ratio: 0.25 })
  expect(newcomerBar(figures)).toMatchObject({ value: 0.25, limit: 0.15, pass: false })
  const silent = STARTING_SITES.length - 1
  const without = newcomerFigures([outcome(false, (at) => (at === silent ? Number.NaN : 1)), outcome(true, () => 1)])
  expect(without.starts).toBe(late - 1)
})
