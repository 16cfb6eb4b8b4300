/**
 * What lying members do to a hub's map: how far they move published figures, and what a map that they took part in is
 * worth to a router (regret on a panel of measurements, the other sites as members). Writes
 * benchmarks/results/poisoning.json.
 *
 * With `--probes` the hub measures every endpoint itself, and beside 25 % liars whom it vouches for 40 % of all keys
 * are Sybils; the rows then say so (`sybils`, `probes`), and those without probes stand beside them.
 *
 * With `--false incidents` also how many keys open an incident of an endpoint that is well (false-incidents.ts).
 *
 * Run: npx node -C source benchmarks/federation/poisoning.ts [--probes] [--false incidents] [--panel FILE] [--seeds 10]
 *   [--figures false]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { seeded } from '../../src/base/random.ts'
import { lossOf, minLoss, type Objective } from '../../src/replay/panel/loss.ts'
import { readPanel } from '../../src/replay/panel/read-panel.ts'
import { runCell } from '../../src/replay/panel/run-cell.ts'
import { halves } from '../../src/replay/panel/run-panel.ts'
import { summarize } from '../../src/replay/panel/summary.ts'
import { seedOf } from '../../src/replay/seed.ts'
import { loadStrategies, PANEL_OPTIONS } from '../../src/replay/strategies.ts'
import { falseIncidents } from './false-incidents.ts'
import { figuresOf } from './poisoned-figures.ts'
import { type Method, poisonedPrior } from './poisoned-prior.ts'

const { values } = parseArgs({
  options: {
    panel: { type: 'string' },
    seeds: { type: 'string', default: '10' },
    figures: { type: 'string', default: 'true' },
    probes: { type: 'boolean', default: false },
    false: { type: 'string' },
    members: { type: 'string', default: '20,40,200' },
    taus: { type: 'string', default: '0.05,0.1,0.15,0.2,0.25' },
    settled: { type: 'string', default: '12' },
    out: { type: 'string', default: new URL('../results/poisoning.json', import.meta.url).pathname },
  },
})
const numbers = (list: string) => list.split(',').map(Number)
const round = (value: number, digits = 3) => Math.round(value * 10 ** digits) / 10 ** digits

async function regretRows(file: string, seeds: number, sizes: readonly number[]) {
  const [adaptive] = await loadStrategies(['adaptive'], process.cwd(), PANEL_OPTIONS)
  const [before, after] = halves(await readPanel(file))
  const regret = (objective: Objective, members: number, share: number, method: Method | 'none') =>
    summarize(
      method,
      objective,
      after.map((cell) => {
        const sources = before.filter(({ model, site }) => model === cell.model && site !== cell.site)
        const losses = Array.from({ length: seeds }, (_, seed) => {
          const prior = method === 'none' ? undefined : poisonedPrior(sources, objective, members, share, seed, method)
          const chosen = runCell({
            cell,
            objective,
            strategy: adaptive!,
            random: seeded(seedOf(seed, cell.model, cell.site)),
            prior,
          })
          return chosen.map((place, at) => lossOf(cell.rounds[at]!.measurements[place]!, objective))
        })
        return { losses, minLosses: cell.rounds.map((each) => minLoss(each, objective)) }
      }),
    ).mean_regret
  const rows = []
  for (const objective of ['t200', 'ttft'] as const) {
    const none = round(regret(objective, 0, 0, 'none'))
    for (const members of sizes) {
      for (const share of [0, 0.1, 0.25, 0.4]) {
        const row = { objective, members, liars: share, none }
        rows.push({
          ...row,
          hub: round(regret(objective, members, share, 'hub')),
          median: round(regret(objective, members, share, 'median')),
          mean: round(regret(objective, members, share, 'mean')),
        })
        console.log(JSON.stringify(rows.at(-1)))
      }
    }
  }
  return rows
}

const sizes = numbers(values.members)
const crowds = sizes.flatMap((members) =>
  numbers(values.taus).map((tau) => ({ members, tau, epochs: Number(values.settled), probes: values.probes })),
)
const figures = values.figures === 'true' ? await figuresOf(crowds) : []
if (figures.length > 0) console.table(figures)
if (values.panel === undefined)
  console.error('SKIPPED: regret. Give --panel FILE with the measurements (see docs/replay.md for its columns).')
const regret = values.panel === undefined ? [] : await regretRows(values.panel, Number(values.seeds), sizes)
console.table(regret)
const incidents = values.false === 'incidents' ? falseIncidents() : []
if (incidents.length > 0) console.table(incidents)
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  panel_seeds: Number(values.seeds),
  settled_epochs: Number(values.settled),
}
writeFileSync(values.out, `${JSON.stringify({ facts, figures, regret, incidents }, null, 2)}\n`)
