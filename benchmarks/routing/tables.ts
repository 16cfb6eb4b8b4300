/** The figures of a run as tables, for the terminal and for the documentation. */
import { summarizeOutages } from '../../src/replay/world/outage-log.ts'
import type { Bar } from './bars.ts'
import { bestFixed, lossOf, newcomers, OWN, over } from './bars.ts'
import { MODES, type PanelOutcome } from './panel.ts'
import type { WorldOutcome } from './worlds.ts'

export interface Table {
  readonly title: string
  readonly note?: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 10 ? 1 : size >= 0.01 || size === 0 ? 3 : 6)
}
const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(share > 0 && share < 0.001 ? 4 : 1)} %` : '-'

export const barTable = (bars: readonly Bar[]): Table => ({
  title: 'Goals',
  columns: ['goal', 'measured', '95 %', 'at most', ''],
  rows: bars.map(({ what, value, limit, interval, pass }) => [
    what,
    figure(value),
    interval ? `${figure(interval[0])} to ${figure(interval[1])}` : '',
    String(limit),
    pass === undefined ? 'not measured' : pass ? 'pass' : '**miss**',
  ]),
})

export function panelTables(outcomes: readonly PanelOutcome[]): Table[] {
  return outcomes.map(({ mode, report }) => ({
    title: `Panel, ${report.objective}, ${Object.entries(MODES).find(([, id]) => id === mode)![0]} (${report.rounds} rounds)`,
    columns: ['strategy', 'mean regret, s', '95 %', 'first 5', 'capped', 'p95 loss'],
    rows: [...report.strategies, ...report.baselines].map((result) => [
      report.baselines.includes(result) ? `*${result.name}*` : result.name,
      figure(result.mean_regret),
      result.ci95 ? `${figure(result.ci95[0])} to ${figure(result.ci95[1])}` : '-',
      figure(result.first5_regret),
      figure(result.capped_regret),
      figure(result.p95_loss),
    ]),
  }))
}

export function worldTables(outcomes: readonly WorldOutcome[]): Table[] {
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))]
  return kinds.flatMap((kind) => {
    const all = outcomes.filter((one) => one.kind === kind)
    const groups = Map.groupBy(all, ({ result, map }) => `${result.name}${map ? ', map' : ''}`)
    const rows = [...groups].map(([name, runs]) => {
      const outages = summarizeOutages(runs.flatMap((run) => run.outages))
      return [
        name,
        figure(lossOf(runs)),
        figure(over(runs, (result) => result.mean_regret)),
        figure(over(runs, (result) => result.p95_loss)),
        figure(newcomers(runs)),
        percent(over(runs, (result) => result.failed)),
        `${figure(outages.leaving_mean)} / ${figure(outages.leaving_p95)}`,
        figure(outages.wasted_mean),
        outages.judged > 0 ? `${percent(outages.regained_2min)} of ${outages.judged}` : '-',
      ]
    })
    const [first] = groups.values()
    const worlds = new Set(all.map(({ seed }) => seed)).size
    return [
      {
        title: `Worlds, ${kind} (${worlds} worlds, ${first!.reduce((sum, { result }) => sum + result.requests, 0).toLocaleString('en-US')} requests)`,
        note:
          `Best fixed endpoint of each site in hindsight: a loss of ${figure(bestFixed(first!))} s. ` +
          `Best endpoint for every single request, which nobody can know: ${figure(lossOf(first!) - over(first!, (result) => result.mean_regret))} s.`,
        columns: [
          'strategy',
          'mean loss, s',
          'regret',
          'p95',
          'new site, first 20, beyond best',
          'failed',
          'to leave a dead endpoint, mean / p95',
          'in its whole outage',
          'back in 2 min',
        ],
        rows,
      },
      lossesBySite(kind, all),
    ]
  })
}

/** Where ours is not the best: told world by world. */
function lossesBySite(kind: string, all: readonly WorldOutcome[]): Table {
  const seeds = [...new Set(all.map(({ seed }) => seed))]
  const rows = seeds.map((seed) => {
    const runs = all.filter((one) => one.seed === seed && !one.map)
    const ours = runs.find(({ result }) => result.name === 'adaptive')!
    const best = runs.reduce((a, b) => (b.result.mean_loss < a.result.mean_loss ? b : a))
    const peer = runs
      .filter(({ result }) => !OWN.has(result.name))
      .reduce((a, b) => (b.result.mean_loss < a.result.mean_loss ? b : a))
    const worse = ours.result.sites
      .filter((site, at) => site.mean_loss > 1.02 * peer.result.sites[at]!.mean_loss)
      .map(({ site }) => site)
    return [
      String(seed),
      figure(ours.result.mean_loss),
      `${peer.result.name} ${figure(peer.result.mean_loss)}`,
      `${best.result.name} ${figure(best.result.mean_loss)}`,
      worse.join(', ') || 'none',
    ]
  })
  return {
    title: `World by world, ${kind}`,
    columns: ['seed', 'adaptive', 'best peer', 'best of all', 'sites lost to that peer by over 2 %'],
    rows,
  }
}
