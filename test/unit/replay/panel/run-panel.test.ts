import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parsePanel, readPanel } from '../../../../src/replay/panel/read-panel.ts'
import { halves, runPanel } from '../../../../src/replay/panel/run-panel.ts'
import { loadStrategies, PANEL_OPTIONS } from '../../../../src/replay/strategies.ts'
import { panelOf, TWO_BY_THREE } from './panels.ts'

const first = async () => loadStrategies(['priority'], process.cwd())
const named = (report: ReturnType<typeof runPanel>, name: string) =>
  [...report.strategies, ...report.baselines].find((result) => result.name === name)!

describe('regret, computed by hand', () => {
  // Losses to the first token: a 1, 3, 2; b 2, 1, failed (5). Least: 1, 1, 2.
  const panel = parsePanel(TWO_BY_THREE, 'tiny.csv')

  test('always the first endpoint', async () => {
    const report = runPanel({ panel, objective: 'ttft', strategies: await first(), seeds: 2 })
    expect(named(report, 'priority')).toMatchObject({
      mean_regret: 2 / 3,
      mean_loss: 2,
      first5_regret: 2 / 3,
      ci95: null,
    })
    expect(report).toMatchObject({ cells: 1, rounds: 3, seeds: 2 })
    expect(named(report, 'priority').by_round).toEqual([0, 2, 0])
  })

  test('baselines: all endpoints alike, and the best one in hindsight', async () => {
    const report = runPanel({ panel, objective: 'ttft', strategies: [], seeds: 1 })
    // Random: (1.5 - 1 + 2 - 1 + 3.5 - 2) / 3. Best fixed is a, with 6 against 8.
    expect(named(report, 'random').mean_regret).toBeCloseTo(1, 12)
    expect(named(report, 'best-fixed').mean_regret).toBeCloseTo(2 / 3, 12)
  })

  test('to 200 tokens: the time to the first one, and 200 over the speed; 20 s for a failure', async () => {
    const report = runPanel({ panel, objective: 't200', strategies: await first(), seeds: 1 })
    // a: 1 + 2, 3 + 4, 2 + 1; b: 2 + 0.5, 1 + 4, 20. Least: 2.5, 5, 3.
    expect(named(report, 'priority').mean_loss).toBeCloseTo(13 / 3, 12)
    expect(named(report, 'priority').mean_regret).toBeCloseTo((0.5 + 2 + 0) / 3, 12)
  })

  test('capped regret cuts losses off at that of a failure', async () => {
    const slow = parsePanel(
      panelOf('m,s,0,2026-01-05T00:00:00,a,1,79,50', 'm,s,0,2026-01-05T00:00:00,b,1,1,50'),
      'slow.csv',
    )
    const report = runPanel({ panel: slow, objective: 'ttft', strategies: await first(), seeds: 1 })
    expect(named(report, 'priority')).toMatchObject({ mean_regret: 78, capped_regret: 4 })
  })
})

describe('what a strategy is shown', () => {
  const rows = (site: string, a: number, b: number, rounds = 12) =>
    Array.from({ length: rounds }, (_, round) => {
      const time = `2026-01-${String(5 + round).padStart(2, '0')}T00:00:00`
      return [`m,${site},${round},${time},a,1,${a},50`, `m,${site},${round},${time},b,1,${b},50`]
    }).flat()

  test('only the outcome of its own choice: priority never learns that b is better, adaptive tries and stays', async () => {
    const panel = parsePanel(panelOf(...rows('x', 2, 0.2)), 'p')
    const strategies = await loadStrategies(['priority', 'adaptive'], process.cwd())
    const report = runPanel({ panel, objective: 'ttft', strategies, seeds: 20 })
    expect(named(report, 'priority').mean_regret).toBeCloseTo(1.8, 9)
    expect(named(report, 'adaptive').by_round.at(-1)!).toBeLessThan(0.3)
  })

  test('the prior of other sites decides the first round; the own site is left out', async () => {
    const [good, bad] = [rows('y', 2, 0.2), rows('x', 0.2, 2)]
    const strategies = await loadStrategies(['adaptive'], process.cwd())
    // At x a is best, but all that the others say is that b is.
    const panel = parsePanel(panelOf(...bad), 'p')
    const prior = parsePanel(panelOf(...good, ...bad, ...bad.map((row) => row.replace('m,x', 'm,z'))), 'q')
    const others = prior.filter(({ site }) => site !== 'z')
    const left = runPanel({ panel, objective: 'ttft', strategies, seeds: 20, prior: others, leaveOneSiteOut: true })
    expect(named(left, 'adaptive').by_round[0]!).toBeGreaterThan(1.6)
    expect(named(left, 'prior-only').mean_regret).toBeCloseTo(1.8, 9)
    // The weighted median of x and z, which agree, over y.
    const all = runPanel({ panel, objective: 'ttft', strategies, seeds: 20, prior })
    expect(named(all, 'adaptive').by_round[0]!).toBeLessThan(0.2)
    expect(named(all, 'prior-only').mean_regret).toBe(0)
  })

  test('the own history is known before the first round', async () => {
    const panel = parsePanel(panelOf(...rows('x', 2, 0.2)), 'p')
    const [before, after] = halves(panel)
    expect([before[0]!.rounds.length, after[0]!.rounds.length]).toEqual([6, 6])
    const strategies = await loadStrategies(['adaptive'], process.cwd())
    const report = runPanel({ panel: after, objective: 'ttft', strategies, seeds: 20, history: before })
    expect(named(report, 'adaptive').mean_regret).toBeLessThan(0.05)
    expect(named(report, 'history-only').mean_regret).toBe(0)
  })

  test('the same seeds give the same figures', async () => {
    const panel = parsePanel(panelOf(...rows('x', 0.5, 0.4), ...rows('y', 0.3, 0.4)), 'p')
    const run = async () =>
      runPanel({
        panel,
        objective: 'ttft',
        strategies: await loadStrategies(['adaptive', 'weighted'], process.cwd()),
        seeds: 5,
      })
    expect(await run()).toEqual(await run())
  })
})

const MEASURED = fileURLToPath(new URL('../../../../../shared/data/provider-panel/panel.csv', import.meta.url))
if (!existsSync(MEASURED)) console.warn('SKIPPED: replay of the measured panel; its file is not here.')

describe.skipIf(!existsSync(MEASURED))('on measurements', () => {
  test('what the other sites know halves the regret of a new one', async () => {
    const [before, after] = halves(await readPanel(MEASURED))
    const strategies = await loadStrategies(['adaptive', 'litellm-latency'], process.cwd(), PANEL_OPTIONS)
    for (const [objective, limit] of [
      ['t200', 0.45],
      ['ttft', 0.75],
    ] as const) {
      const report = runPanel({ panel: after, objective, strategies, seeds: 20, prior: before, leaveOneSiteOut: true })
      expect(report).toMatchObject({ cells: 21, rounds: 157 })
      expect(
        named(report, 'adaptive').mean_regret / named(report, 'litellm-latency').mean_regret,
        objective,
      ).toBeLessThan(limit)
      expect(named(report, 'adaptive').mean_regret).toBeLessThan(0.5 * named(report, 'random').mean_regret)
    }
  })
})
