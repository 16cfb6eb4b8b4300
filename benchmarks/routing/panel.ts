/** Every strategy on a panel of measurements, in the situations that a router may be in. */
import { readPanel } from '../../src/replay/panel/read-panel.ts'
import { halves, type PanelReport, runPanel } from '../../src/replay/panel/run-panel.ts'
import { loadStrategies, PANEL_OPTIONS } from '../../src/replay/strategies.ts'

export const MODES = {
  'prior of the other sites, no history': 'prior',
  'no prior, no history': 'cold',
  'own history and prior': 'warm',
} as const
export type Mode = (typeof MODES)[keyof typeof MODES]

export interface PanelOutcome {
  readonly mode: Mode
  readonly report: PanelReport
}

/**
 * Cold on the whole panel; with a prior and warm on the second half of each cell's rounds, the first half being the
 * other sites' measurements and the own history.
 */
export async function panelOutcomes(file: string, names: readonly string[], seeds: number): Promise<PanelOutcome[]> {
  const strategies = await loadStrategies(names, process.cwd(), PANEL_OPTIONS)
  const whole = await readPanel(file)
  const [before, after] = halves(whole)
  const runs = {
    prior: { panel: after, prior: before, leaveOneSiteOut: true },
    cold: { panel: whole },
    warm: { panel: after, prior: before, leaveOneSiteOut: true, history: before },
  }
  return (['t200', 'ttft'] as const).flatMap((objective) =>
    Object.values(MODES).map((mode) => ({ mode, report: runPanel({ ...runs[mode], objective, strategies, seeds }) })),
  )
}
