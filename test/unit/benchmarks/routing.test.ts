import { expect, test } from 'vitest'
import { panelBars, worldBars } from '../../../benchmarks/routing/bars.ts'
import type { PanelOutcome } from '../../../benchmarks/routing/panel.ts'
import { barTable, panelTables, worldTables } from '../../../benchmarks/routing/tables.ts'
import { worldOutcomes } from '../../../benchmarks/routing/worlds.ts'
import { runPanel } from '../../../src/replay/panel/run-panel.ts'

test('worlds: every strategy sees the same requests, and the goals are ratios of the tables', async () => {
  const steps: string[] = []
  const run = {
    kind: 'equal',
    seeds: [1],
    hours: 3,
    alone: ['adaptive', 'litellm-latency'],
    mapped: ['adaptive'],
  } as const
  const outcomes = await worldOutcomes({ ...run, onProgress: (text) => steps.push(text) })
  expect(steps).toEqual(['equal 1 adaptive', 'equal 1 litellm-latency', 'equal 1 adaptive with a map'])
  expect(new Set(outcomes.map(({ result }) => result.requests)).size).toBe(1)
  const [alone, peer] = outcomes.map(({ result }) => result.mean_loss)
  const bars = worldBars(outcomes)
  expect(bars.find(({ what }) => what.startsWith('Worlds at equal prices, alone'))!.value).toBeCloseTo(
    alone! / peer!,
    12,
  )
  expect(worldTables(outcomes)[0]!.rows.map(([name]) => name)).toEqual(['adaptive', 'litellm-latency', 'adaptive, map'])
})

test('a goal that is missed is called missed, one without data not measured', () => {
  const bars = [
    { what: 'a', value: 1.2, limit: 1, pass: false },
    { what: 'b', value: Number.NaN, limit: 1 },
  ]
  expect(barTable(bars).rows.map((row) => row.at(-1))).toEqual(['**miss**', 'not measured'])
})

test('panel goals compare adaptive with its peer', () => {
  const result = (name: string, mean_regret: number, first5_regret: number) => ({
    ...{
      name,
      mean_regret,
      first5_regret,
      ci95: null,
      p95_loss: 1,
      mean_loss: 1,
      capped_regret: 1,
      by_round: [],
      cells: [],
    },
  })
  const report: PanelOutcome['report'] = {
    ...runPanel({ panel: [], objective: 't200', strategies: [], seeds: 1 }),
    strategies: [result('adaptive', 1, 2), result('litellm-latency', 4, 5)],
    baselines: [result('history-only', 0.8, 1)],
  }
  expect(panelBars([{ mode: 'prior', report }])).toMatchObject([
    { value: 0.25, limit: 0.45, pass: true },
    { value: 0.4, limit: 0.35, pass: false },
  ])
  expect(panelBars([{ mode: 'warm', report }])).toMatchObject([
    { value: 0.25, pass: true },
    { value: 1.25, pass: false },
  ])
  expect(panelTables([{ mode: 'warm', report }])[0]!.rows).toHaveLength(3)
})
