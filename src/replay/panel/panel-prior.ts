import { weightedMedian } from '../statistics.ts'
import { lossOf, type Objective } from './loss.ts'
import type { PanelCell } from './read-panel.ts'

/** What other sites' opinion is worth, in observations of one's own: the most that a hub's map is worth to a router. */
const KAPPA = 4
/** No site weighs more than this many measurements. */
const MAX_WEIGHT = 200

export interface PanelPrior {
  /** Log seconds of the objective. */
  readonly mean: number
  readonly kappa: number
}

/**
 * Per endpoint: the weighted median over sites of each site's log-mean; weights are measurements. Failures are left
 * out.
 */
export function panelPrior(cells: readonly PanelCell[], objective: Objective): Map<string, PanelPrior> {
  const opinions = new Map<string, { value: number; weight: number }[]>()
  for (const cell of cells) {
    for (const [endpoint, logs] of logsOf(cell, objective)) {
      const value = logs.reduce((sum, log) => sum + log, 0) / logs.length
      const sites = opinions.get(endpoint) ?? []
      sites.push({ value, weight: Math.min(MAX_WEIGHT, logs.length) })
      opinions.set(endpoint, sites)
    }
  }
  return new Map([...opinions].map(([endpoint, sites]) => [endpoint, { mean: weightedMedian(sites), kappa: KAPPA }]))
}

function logsOf({ rounds }: PanelCell, objective: Objective): Map<string, number[]> {
  const logs = new Map<string, number[]>()
  for (const measurement of rounds.flatMap((round) => round.measurements)) {
    if (!measurement.ok) continue
    const own = logs.get(measurement.endpoint) ?? []
    own.push(Math.log(Math.max(1e-3, lossOf(measurement, objective))))
    logs.set(measurement.endpoint, own)
  }
  return logs
}
