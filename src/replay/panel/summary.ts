import { bootstrap, type Interval, mean, quantile } from '../statistics.ts'
import type { CellPlay } from './baselines.ts'
import { FAILURE_LOSS, type Objective } from './loss.ts'

/** How a policy did over all cells, rounds and seeds. Seconds. */
export interface PolicyResult {
  readonly name: string
  /** Mean of loss minus the least loss of the round; every round counts the same. */
  readonly mean_regret: number
  /** 95 % interval of the mean regret over cells drawn again (see `bootstrap`); null with a single cell. */
  readonly ci95: Interval | null
  /** Mean regret in the first five rounds of each cell. */
  readonly first5_regret: number
  readonly p95_loss: number
  readonly mean_loss: number
  /** Mean regret with every loss cut off at that of a failure, so that one answer of a minute does not decide. */
  readonly capped_regret: number
  /** Mean regret of the n-th round, from 0, over cells that have one: for plots. */
  readonly by_round: readonly number[]
  /** Sum over rounds of each cell's regret and their number, averaged over seeds: for paired comparisons. */
  readonly cells: readonly CellSum[]
}

interface CellSum {
  readonly regret: number
  readonly capped: number
  readonly rounds: number
}

const FIRST = 5

export function summarize(name: string, objective: Objective, plays: readonly CellPlay[]): PolicyResult {
  const cap = FAILURE_LOSS[objective]
  const regret = meanOver(plays, (loss, best) => loss - best)
  const capped = meanOver(plays, (loss, best) => Math.min(cap, loss) - Math.min(cap, best))
  const cells = plays.map((_, at) => ({
    regret: sumOf(regret[at]!),
    capped: sumOf(capped[at]!),
    rounds: regret[at]!.length,
  }))
  const interval = bootstrap(cells, ratio('regret'))
  const losses = Float64Array.from(plays.flatMap((play) => repeated(play)))
  const longest = Math.max(...regret.map((rounds) => rounds.length))
  return {
    name,
    mean_regret: ratio('regret')(cells),
    ci95: Number.isNaN(interval[0]) ? null : interval,
    first5_regret: mean(regret.flatMap((rounds) => rounds.slice(0, FIRST))),
    p95_loss: quantile(losses.sort(), 0.95),
    mean_loss: mean(meanOver(plays, (loss) => loss).flat()),
    capped_regret: ratio('capped')(cells),
    by_round: Array.from({ length: longest }, (_, at) =>
      mean(regret.filter((rounds) => at < rounds.length).map((rounds) => rounds[at]!)),
    ),
    cells,
  }
}

/** Regret per round of groups of cells. */
const ratio = (key: 'regret' | 'capped') => (cells: readonly CellSum[]) =>
  cells.reduce((sum, cell) => sum + cell[key], 0) / cells.reduce((sum, cell) => sum + cell.rounds, 0)

/** Per cell and round the mean over seeds. */
const meanOver = (plays: readonly CellPlay[], value: (loss: number, best: number) => number): number[][] =>
  plays.map(({ losses, minLosses }) =>
    minLosses.map((best, round) => mean(losses.map((seed) => value(seed[round]!, best)))),
  )

/** All losses of a cell; a policy without chance has but one seed, which stands for all. */
const repeated = ({ losses }: CellPlay) => losses.flat()

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
