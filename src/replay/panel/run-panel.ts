import { seeded } from '../../base/random.ts'
import { seedOf } from '../seed.ts'
import type { NamedStrategy } from '../virtual-router.ts'
import { type CellPlay, fixedInHindsight, priorOnly, randomChoice } from './baselines.ts'
import { lossOf, minLoss, type Objective } from './loss.ts'
import { type PanelPrior, panelPrior } from './panel-prior.ts'
import type { PanelCell } from './read-panel.ts'
import { runCell } from './run-cell.ts'
import { type PolicyResult, summarize } from './summary.ts'

export interface PanelRun {
  readonly panel: readonly PanelCell[]
  readonly objective: Objective
  readonly strategies: readonly NamedStrategy[]
  readonly seeds: number
  /** The measurements that the prior is made of; absent: no prior. */
  readonly prior?: readonly PanelCell[] | undefined
  /** Makes each site's prior of the other sites' measurements only. Default false. */
  readonly leaveOneSiteOut?: boolean
  /** What each site has measured before; cells without an entry start cold. */
  readonly history?: readonly PanelCell[] | undefined
  /** Called after each strategy. */
  readonly onProgress?: () => void
}

export interface PanelReport {
  readonly objective: Objective
  readonly seeds: number
  readonly cells: number
  readonly rounds: number
  readonly strategies: readonly PolicyResult[]
  /**
   * `random`, `best-fixed` (the best endpoint of each cell in hindsight), `prior-only` and `history-only` where there
   * is such data.
   */
  readonly baselines: readonly PolicyResult[]
}

/**
 * Evaluates strategies on a full-information panel: every endpoint was measured in every round, so what a strategy
 * would have lost is known exactly; it is shown the outcome of its own choice only. The same seeds serve every
 * strategy.
 */
export function runPanel(run: PanelRun): PanelReport {
  const { panel, objective, seeds } = run
  const priors = panel.map((cell) => priorFor(cell, run))
  const histories = panel.map((cell) => historyFor(cell, run.history))
  const plays = (name: string, choose: (cell: PanelCell, at: number) => CellPlay) =>
    summarize(
      name,
      objective,
      panel.map((cell, at) => choose(cell, at)),
    )
  const strategies = run.strategies.map((strategy) => {
    const result = plays(strategy.name, (cell, at) => {
      const losses: number[][] = []
      for (let seed = 0; seed < seeds; seed++) {
        const random = seeded(seedOf(seed, cell.model, cell.site))
        const chosen = runCell({ cell, objective, strategy, random, prior: priors[at], history: histories[at]?.rounds })
        losses.push(chosen.map((place, round) => lossOf(cell.rounds[round]!.measurements[place]!, objective)))
      }
      return { losses, minLosses: cell.rounds.map((round) => minLoss(round, objective)) }
    })
    run.onProgress?.()
    return result
  })
  const baselines = [
    plays('random', (cell) => randomChoice(cell, objective)),
    plays('best-fixed', (cell) => fixedInHindsight(cell, cell, objective)),
    ...(run.prior ? [plays('prior-only', (cell, at) => priorOnly(cell, priors[at]!, objective))] : []),
    ...(run.history
      ? [plays('history-only', (cell, at) => fixedInHindsight(cell, histories[at] ?? cell, objective))]
      : []),
  ]
  const rounds = panel.reduce((sum, cell) => sum + cell.rounds.length, 0)
  return { objective, seeds, cells: panel.length, rounds, strategies, baselines }
}

function priorFor(
  { model, site }: PanelCell,
  { prior, leaveOneSiteOut, objective }: PanelRun,
): Map<string, PanelPrior> | undefined {
  const sources = prior?.filter((cell) => cell.model === model && !(leaveOneSiteOut && cell.site === site))
  return sources && panelPrior(sources, objective)
}

const historyFor = ({ model, site }: PanelCell, history: readonly PanelCell[] | undefined) =>
  history?.find((cell) => cell.model === model && cell.site === site)

/** A panel cut in two: the first half of each cell's rounds (the larger one of an odd number), and the rest. */
export function halves(panel: readonly PanelCell[]): readonly [PanelCell[], PanelCell[]] {
  const part = (from: (middle: number) => number, to: (middle: number) => number | undefined) =>
    panel.map((cell) => {
      const middle = Math.ceil(cell.rounds.length / 2)
      return { ...cell, rounds: cell.rounds.slice(from(middle), to(middle)) }
    })
  return [
    part(
      () => 0,
      (middle) => middle,
    ),
    part(
      (middle) => middle,
      () => undefined,
    ),
  ]
}
