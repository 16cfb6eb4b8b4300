import type { Report, ReportCell } from '../../src/federation/protocol/types.ts'
import { lossOf, type Objective } from '../../src/replay/panel/loss.ts'
import type { PanelPrior } from '../../src/replay/panel/panel-prior.ts'
import type { PanelCell } from '../../src/replay/panel/read-panel.ts'
import { weightedMedian } from '../../src/replay/statistics.ts'
import { Chance } from '../worlds/chance.ts'
import { MemoryHub } from './memory-hub.ts'

/** As runPanel's own priors. */
const KAPPA = 8
/** Requests that a member reports of an endpoint: its few measurements stand for so many. */
const REQUESTS = 50
/** What liars claim of the worst endpoint, and how much they worsen the others. */
const PRAISE_S = 0.02
const WORSE = 30

export type Method = 'hub' | 'median' | 'mean'

/** One member: per endpoint the log-mean (of seconds) and log-variance of what it measured. */
type Opinions = ReadonlyMap<string, { readonly mean: number; readonly variance: number }>

/**
 * What members who resemble the other sites make of a model's endpoints: each resamples the rounds of one of them. The
 * first `share` of them praise the worst endpoint and bury the rest.
 */
export function poisonedPrior(
  sources: readonly PanelCell[],
  objective: Objective,
  members: number,
  share: number,
  seed: number,
  method: Method,
) {
  const chance = new Chance(seed, 'members', sources[0]!.model)
  const honest = Array.from({ length: members }, () => opinionsOf(chance.pick(sources), objective, chance))
  const liars = Math.floor(members * share)
  const opinions = honest.map((own, at) => (at < liars ? lied(honest) : own))
  return method === 'hub' ? throughHub(opinions) : combined(opinions, method)
}

function opinionsOf({ rounds }: PanelCell, objective: Objective, chance: Chance): Opinions {
  const logs = new Map<string, number[]>()
  for (let at = 0; at < rounds.length; at++) {
    for (const measurement of chance.pick(rounds).measurements) {
      if (!measurement.ok) continue
      const own = logs.get(measurement.endpoint) ?? []
      logs.set(measurement.endpoint, own)
      own.push(Math.log(Math.max(0.01, lossOf(measurement, objective))))
    }
  }
  return new Map(
    [...logs].map(([endpoint, own]) => {
      const mean = own.reduce((sum, log) => sum + log, 0) / own.length
      return [
        endpoint,
        { mean, variance: Math.min(4, own.reduce((sum, log) => sum + (log - mean) ** 2, 0) / own.length) },
      ]
    }),
  )
}

function lied(honest: readonly Opinions[]): Opinions {
  const truth = combined(honest, 'median')
  const worst = [...truth].reduce((a, b) => (b[1].mean > a[1].mean ? b : a))[0]
  return new Map(
    [...truth].map(([endpoint, { mean }]) => [
      endpoint,
      { mean: endpoint === worst ? Math.log(PRAISE_S) : mean + Math.log(WORSE), variance: 0.1 },
    ]),
  )
}

function combined(opinions: readonly Opinions[], method: 'median' | 'mean'): Map<string, PanelPrior> {
  const endpoints = new Set(opinions.flatMap((own) => [...own.keys()]))
  return new Map(
    [...endpoints].map((endpoint) => {
      const values = opinions.flatMap((own) => own.get(endpoint)?.mean ?? [])
      // A mean of seconds, as who averages latencies has it.
      const mean =
        method === 'median'
          ? weightedMedian(values.map((value) => ({ value, weight: 1 })))
          : Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0) / values.length)
      return [endpoint, { mean, kappa: KAPPA }]
    }),
  )
}

function throughHub(opinions: readonly Opinions[]): Map<string, PanelPrior> {
  const hub = new MemoryHub()
  const epoch = 480_000
  for (const [at, own] of opinions.entries()) {
    const id = `member-${at}`
    hub.join(id, 0)
    const cells = [...own].map(([endpoint, { mean, variance }]): ReportCell => {
      const inBounds = Math.min(Math.log(600_000), Math.max(Math.log(10), mean + Math.log(1000)))
      return {
        provider: endpoint.replace('.', '-'),
        model: endpoint,
        region: '-',
        class: 'chat.lt1k.plain',
        n: REQUESTS,
        kinds: { ok: REQUESTS },
        ttft: { n: REQUESTS, mean: inBounds, var: variance },
      }
    })
    const report: Report = { type: 'report', v: '1.0', epoch, continent: 'EU', noise: false, cells }
    hub.take(id, report, epoch)
  }
  const cells = hub.aggregate(epoch).filter(({ continent }) => continent !== undefined)
  return new Map(cells.map(({ model, ttft }) => [model!, { mean: ttft!.mean - Math.log(1000), kappa: KAPPA }]))
}
