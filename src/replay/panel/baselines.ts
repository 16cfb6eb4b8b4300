import { lossOf, minLoss, type Objective } from './loss.ts'
import type { PanelPrior } from './panel-prior.ts'
import type { Measurement, PanelCell } from './read-panel.ts'

/** What a policy lost in a cell: `losses[seed][round]`, and the least possible loss of each round. */
export interface CellPlay {
  readonly losses: readonly (readonly number[])[]
  readonly minLosses: readonly number[]
}

const play = ({ rounds }: PanelCell, losses: readonly (readonly number[])[], objective: Objective): CellPlay => ({
  losses,
  minLosses: rounds.map((round) => minLoss(round, objective)),
})

/** Every endpoint alike, exactly: each way to choose the k-th endpoint of every round counts as one seed. */
export function randomChoice(cell: PanelCell, objective: Objective): CellPlay {
  const most = Math.max(...cell.rounds.map(({ measurements }) => measurements.length))
  // Rounds may differ in length: as many seeds as all lengths divide, so that each endpoint of a round counts as often
  // as the others.
  const lengths = new Set(cell.rounds.map(({ measurements }) => measurements.length))
  const seeds = [...lengths].reduce(leastCommonMultiple, most)
  const losses = Array.from({ length: seeds }, (_, seed) =>
    cell.rounds.map(({ measurements }) => lossOf(measurements[seed % measurements.length]!, objective)),
  )
  return play(cell, losses, objective)
}

/**
 * Always the endpoint with the least mean loss over the rounds of `known`; where that was not measured, the next best.
 */
export function fixedInHindsight(cell: PanelCell, known: PanelCell, objective: Objective): CellPlay {
  const sums = new Map<string, { sum: number; n: number }>()
  for (const measurement of known.rounds.flatMap(({ measurements }) => measurements)) {
    const { sum, n } = sums.get(measurement.endpoint) ?? { sum: 0, n: 0 }
    sums.set(measurement.endpoint, { sum: sum + lossOf(measurement, objective), n: n + 1 })
  }
  const score = ({ endpoint }: Measurement) => {
    const known = sums.get(endpoint)
    return known ? known.sum / known.n : Number.POSITIVE_INFINITY
  }
  return leastBy(cell, score, objective)
}

/** Always the endpoint that the prior likes best; one that it does not know comes last. */
export function priorOnly(cell: PanelCell, prior: ReadonlyMap<string, PanelPrior>, objective: Objective): CellPlay {
  return leastBy(cell, ({ endpoint }) => prior.get(endpoint)?.mean ?? Number.POSITIVE_INFINITY, objective)
}

function leastBy(cell: PanelCell, score: (measurement: Measurement) => number, objective: Objective): CellPlay {
  const losses = cell.rounds.map(({ measurements }) => {
    const best = measurements.reduce((a, b) => (score(b) < score(a) ? b : a))
    return lossOf(best, objective)
  })
  return play(cell, [losses], objective)
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
const leastCommonMultiple = (a: number, b: number): number => (a * b) / divisor(a, b)
