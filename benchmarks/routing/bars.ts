/** The goals that routing is held to, each a figure of this run against its limit. */
import type { PolicyResult } from '../../src/replay/panel/summary.ts'
import { bootstrap, type Interval, mean } from '../../src/replay/statistics.ts'
import { summarizeOutages } from '../../src/replay/world/outage-log.ts'
import type { NewcomerFigures } from './newcomers.ts'
import type { PanelOutcome } from './panel.ts'
import { NEW_SITES, type WorldOutcome } from './worlds.ts'

export interface Bar {
  readonly what: string
  readonly value: number
  readonly limit: number
  /** 95 % interval of the value, where it is over cells of a panel. */
  readonly interval?: Interval
  /** Undefined where nothing was measured. */
  readonly pass?: boolean
}

const OURS = 'adaptive'
const PEER = 'litellm-latency'
/** Our own strategies are no peers. */
export const OWN: ReadonlySet<string> = new Set([OURS, 'latency', 'throughput', 'exacto'])

const bar = (what: string, value: number, limit: number): Bar => ({
  what,
  value,
  limit,
  ...(!Number.isNaN(value) && { pass: value <= limit }),
})

export function panelBars(outcomes: readonly PanelOutcome[]): Bar[] {
  return outcomes.flatMap(({ mode, report }) => {
    const { objective } = report
    const of = (name: string) => [...report.strategies, ...report.baselines].find((result) => result.name === name)!
    const [ours, peer] = [of(OURS), of(PEER)]
    const regret = (what: string, limit: number, other = peer): Bar => ({
      ...bar(what, ours.mean_regret / other.mean_regret, limit),
      interval: ratioInterval(ours, other),
    })
    if (mode === 'cold') return [regret(`Panel, no prior, ${objective}: regret over ${PEER}`, 1)]
    if (mode === 'prior') {
      return [
        regret(`Panel, prior of other sites, ${objective}: regret over ${PEER}`, objective === 't200' ? 0.45 : 0.6),
        bar(
          `Panel, prior of other sites, ${objective}: first five rounds over ${PEER}`,
          ours.first5_regret / peer.first5_regret,
          0.35,
        ),
      ]
    }
    return [
      regret(`Panel, warm, ${objective}: regret over ${PEER}`, 0.9),
      bar(
        `Panel, warm, ${objective}: regret over the best endpoint of the own history`,
        ours.mean_regret / of('history-only').mean_regret,
        1,
      ),
    ]
  })
}

/** Of the ratio of two policies' regrets: both in the same cells, which are drawn again together. */
function ratioInterval(ours: PolicyResult, other: PolicyResult): Interval {
  const pairs = ours.cells.map((cell, at) => [cell.regret, other.cells[at]?.regret ?? 0] as const)
  return bootstrap(
    pairs,
    (sample) => sample.reduce((sum, [a]) => sum + a, 0) / sample.reduce((sum, [, b]) => sum + b, 0),
  )
}

/** Mean over the runs of one strategy; every request counts the same. */
export const over = (runs: readonly WorldOutcome[], value: (run: WorldOutcome['result']) => number): number =>
  runs.reduce((sum, { result }) => sum + value(result) * result.requests, 0) /
  runs.reduce((sum, { result }) => sum + result.requests, 0)

export const lossOf = (runs: readonly WorldOutcome[]): number => over(runs, ({ mean_loss }) => mean_loss)

const regretOf = (runs: readonly WorldOutcome[]): number => over(runs, ({ mean_regret }) => mean_regret)

export const bestFixed = (runs: readonly WorldOutcome[]): number =>
  over(
    runs,
    ({ sites, requests }) =>
      sites.reduce((sum, site) => sum + (site.requests > 0 ? site.best_fixed_loss * site.requests : 0), 0) / requests,
  )

/**
 * What the first twenty requests of the sites that begin late lost a request, beyond the endpoint that was best in
 * these twenty.
 */
export const newcomers = (runs: readonly WorldOutcome[]): number =>
  mean(
    runs.flatMap(({ result }) =>
      result.sites.flatMap((site) => (NEW_SITES.has(site.site) ? [site.first20_excess] : [])),
    ),
  )

export const newcomerBar = ({ starts, ratio, interval }: NewcomerFigures): Bar => ({
  ...bar(
    `First twenty requests of a new site (${starts} starts): loss beyond the best endpoint of these twenty, with a map over without`,
    ratio,
    0.15,
  ),
  interval,
})

export function worldBars(outcomes: readonly WorldOutcome[]): Bar[] {
  const pick = (name: string, map = false, kind?: string) =>
    outcomes.filter((one) => one.result.name === name && one.map === map && (kind === undefined || one.kind === kind))
  const kinds = new Set(outcomes.map(({ kind }) => kind))
  const peers = [...new Set(outcomes.map(({ result }) => result.name))].filter((name) => !OWN.has(name))
  const bars: Bar[] = []
  if (kinds.has('equal')) {
    const [alone, mapped, peer] = [pick(OURS, false, 'equal'), pick(OURS, true, 'equal'), pick(PEER, false, 'equal')]
    bars.push(
      bar(`Worlds at equal prices, alone: loss over ${PEER}`, lossOf(alone) / lossOf(peer), 0.7),
      bar(`Worlds at equal prices, with a map: loss over ${PEER}`, lossOf(mapped) / lossOf(peer), 0.62),
      bar(
        'Worlds at equal prices, with a map: loss over the best fixed endpoint in hindsight',
        lossOf(mapped) / bestFixed(mapped),
        1,
      ),
    )
  }
  if (kinds.has('prices')) {
    const minLosses = (value: (runs: readonly WorldOutcome[]) => number) =>
      Math.min(...peers.map((name) => value(pick(name, false, 'prices'))))
    const ours = pick(OURS, false, 'prices')
    const least = minLosses(lossOf)
    const foresight = (lossOf(ours) - regretOf(ours)) / least
    bars.push(
      bar(
        `Worlds at different prices, alone: loss over the best peer (who knew every answer beforehand: ${foresight.toFixed(3)})`,
        lossOf(ours) / least,
        0.4,
      ),
      bar('Worlds at different prices, alone: regret over the best peer', regretOf(ours) / minLosses(regretOf), 0.4),
    )
  }
  if (kinds.has('storm')) {
    bars.push(
      bar(
        `Storms, alone: loss over ${PEER}`,
        lossOf(pick(OURS, false, 'storm')) / lossOf(pick(PEER, false, 'storm')),
        0.85,
      ),
    )
  }
  const outagesOf = (runs: readonly WorldOutcome[]) => summarizeOutages(runs.flatMap((one) => one.outages))
  const calm = (name: string) => pick(name).filter(({ kind }) => kind !== 'busy')
  const outages = outagesOf(calm(OURS))
  const back = outagesOf(pick(OURS))
  const failed = over(calm(OURS), (result) => result.failed)
  const others = Math.min(...peers.map((name) => over(calm(name), (result) => result.failed)))
  bars.push(
    bar('Attempts until a dead endpoint is left, mean', outages.leaving_mean, 3.6),
    bar('Attempts until a dead endpoint is left, p95', outages.leaving_p95, 10),
    bar('Attempts at a dead endpoint in the whole outage, probes included, mean', outages.wasted_mean, 3.6),
    bar(
      `Outages after which half of the share is not back within 2 minutes, of the ${back.judged} with twenty requests in these`,
      1 - back.regained_2min,
      0.1,
    ),
    bar(
      `The same of the ${back.judged_best} after which it was the best endpoint of these two minutes`,
      1 - back.regained_best_2min,
      0.1,
    ),
    bar('Requests never answered, share', failed, 0.0004),
    bar('Requests never answered, share beyond that of the best other strategy', failed - others, 0),
  )
  return bars
}
