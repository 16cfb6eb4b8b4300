import { RouterError } from '../../base/errors.ts'
import { readPanel } from '../../replay/panel/read-panel.ts'
import { type PanelReport, runPanel } from '../../replay/panel/run-panel.ts'
import type { PolicyResult } from '../../replay/panel/summary.ts'
import type { ReplayReport, ReportRow } from '../../replay/report/types.ts'
import { loadStrategies, PANEL_OPTIONS } from '../../replay/strategies.ts'
import { startProgress } from '../../terminal/progress.ts'
import type { Replayed, ReplayFlags } from './flags.ts'

const SEEDS = 50

export async function replayPanel(path: string, names: readonly string[], flags: ReplayFlags): Promise<Replayed> {
  const { objective = 'ttft' } = flags
  if (objective === 'total')
    throw new RouterError('ROUTER_USAGE', { reason: 'A panel has no total times: --objective ttft or t200.' })
  const strategies = await loadStrategies(names, process.cwd(), PANEL_OPTIONS)
  const panel = await readPanel(path)
  const prior = flags.prior === undefined ? undefined : await readPanel(flags.prior)
  const history = flags.history === undefined ? undefined : await readPanel(flags.history)
  const progress = startProgress(names.length, 'Replaying', process.stderr)
  const report = runPanel({
    panel,
    objective,
    strategies,
    seeds: flags.seeds ?? SEEDS,
    prior,
    leaveOneSiteOut: flags['leave-one-site-out'] ?? false,
    history,
    onProgress: () => progress.step(),
  })
  progress.stop()
  const { seeds, cells, rounds } = report
  const json = {
    objective,
    seeds,
    cells,
    rounds,
    strategies: report.strategies.map(shown),
    baselines: report.baselines.map(shown),
  }
  return { json, report: panelReport(report, flags) }
}

/** What of a result is for people and scripts. */
const shown = ({ by_round: _, cells: __, ...rest }: PolicyResult) => rest

function panelReport(
  { objective, seeds, cells, rounds, strategies, baselines }: PanelReport,
  flags: ReplayFlags,
): ReplayReport {
  const row = (result: PolicyResult, baseline: boolean): ReportRow => ({
    name: result.name,
    baseline,
    value: result.mean_regret,
    interval: result.ci95,
    more: [result.first5_regret, result.capped_regret, result.mean_loss, result.p95_loss],
    curve: result.by_round,
  })
  const facts = [
    flags.prior === undefined
      ? 'no prior'
      : `prior from ${flags['leave-one-site-out'] ? 'the other sites' : 'all sites'}`,
    ...(flags.history === undefined ? [] : ['own history']),
  ]
  return {
    title: `Panel replay, ${objective === 'ttft' ? 'time to the first token' : 'time to 200 tokens'}`,
    facts: `${rounds} rounds in ${cells} cells (model, site), ${seeds} seeds, ${facts.join(', ')}`,
    value: 'mean regret',
    more: ['first 5', 'capped', 'mean loss', 'p95 loss'],
    curve: { title: 'Mean regret by round', x: 'round' },
    rows: [...strategies.map((result) => row(result, false)), ...baselines.map((result) => row(result, true))],
    notes: [
      'Regret is the loss of the choice minus the smallest loss of its round, in seconds. Each strategy sees the outcome of its own choice only.',
      'The interval is for other cells like these (95 %, cells drawn again); capped: every loss cut off at that of a failure.',
      ...(strategies.some(({ name }) => name in PANEL_OPTIONS)
        ? ['litellm-latency never forgets here: its memory of an hour would be empty in every round.']
        : []),
      'Baselines, which know more than a router can: best-fixed is the best endpoint of each cell in hindsight, prior-only and history-only never learn.',
    ],
  }
}
