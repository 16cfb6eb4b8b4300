/**
 * Situations that operators meet, played by every strategy through the real planner, breakers and beliefs on a virtual
 * clock: is `adaptive` within 3 % of the best strategy in each, and the best in two thirds?
 *
 * All strategies play the same requests, so they are compared in pairs: the interval of a ratio is over hours drawn
 * again. "Level" is who is beaten by no peer beyond it; the best peer is chosen in hindsight, so chance speaks for it.
 *
 * Run: npm run bench:scenarios -- [--seeds 1,2] [--scenarios NAME,...] [--strategies NAME,...] [--out FILE|-]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RouterError } from '../../src/base/errors.ts'
import { BUILT_IN } from '../../src/plugins/built-in.ts'
import { bootstrap, type Interval, mean } from '../../src/replay/statistics.ts'
import { loadStrategies } from '../../src/replay/strategies.ts'
import { startProgress } from '../../src/terminal/progress.ts'
import { OWN } from '../routing/bars.ts'
import { type Played, play } from './play.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'
import { type SimulatedScenario, simulate } from './simulate.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2' },
    scenarios: { type: 'string' },
    strategies: { type: 'string', default: Object.keys(BUILT_IN.strategy).join(',') },
    out: { type: 'string', default: new URL('../results/scenarios.json', import.meta.url).pathname },
  },
})
const OURS = 'adaptive'
/** Losing by less than this counts as level. */
const BAR = 1.03
const seeds = values.seeds.split(',').map(Number)
const names = values.strategies.split(',')
const wanted = values.scenarios?.split(',')
const scenarios = SCENARIOS.filter(({ name }) => !wanted || wanted.includes(name))
if (scenarios.length === 0 || !seeds.every(Number.isInteger)) {
  const known = SCENARIOS.map(({ name }) => name).join(', ')
  throw new RouterError('ROUTER_USAGE', { reason: `Give --seeds NUMBER,... and --scenarios of: ${known}.` })
}

const progress = startProgress(scenarios.length * seeds.length, 'Scenarios', process.stderr)
const rows: Row[] = []
for (const scenario of scenarios) rows.push(await rowOf(scenario))
progress.stop()

const peers = rows.filter(({ within }) => within !== undefined)
const summary = {
  scenarios: rows.length,
  within_3_percent: peers.filter(({ within }) => within! <= BAR).length,
  best: peers.filter(({ within }) => within! <= 1).length,
  best_or_level: peers.filter(({ within, interval }) => within! <= 1 || interval![0] <= 1).length,
  best_of_other_algorithms: peers.filter(({ over_others: over }) => over !== undefined && over <= 1).length,
}
const table = rows.map(shown)
console.table(table)
console.log(summary)
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  seeds: values.seeds,
  strategies: names.length,
}
const tables = [
  {
    columns: Object.keys(table[0]!),
    rows: table.map((row) => Object.values(row)),
    note: `Losses are seconds a request: waiting, price, and what a failure or a useless answer costs. \`adaptive\` is within 3 % of the best peer in ${summary.within_3_percent} of ${summary.scenarios}; it is the best in ${summary.best}, and in ${summary.best_or_level} the best or level with it: the 95 % interval of the ratio, over hours of the same requests drawn again, does not lie above 1 although the peer is chosen in hindsight. \`latency\`, \`throughput\` and \`exacto\` order by the same beliefs; of the others it beats all in ${summary.best_of_other_algorithms} (column "over others"). Best fixed: the one endpoint that would have been best, always; foresight: the best answer of each request, which nobody can know (it ignores what depends on earlier requests).`,
  },
]
const text = `${JSON.stringify({ facts, summary, tables, rows }, null, 2)}\n`
if (values.out === '-') process.stdout.write(text)
else {
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true })
  writeFileSync(values.out, text)
}

interface Row {
  readonly scenario: string
  readonly what: string
  readonly requests: number
  /** Mean losses over seeds, seconds a request, by strategy. */
  readonly losses: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  readonly best_fixed: number
  readonly best_fixed_endpoint: string
  /** No strategy can be below. */
  readonly foresight: number
  /** Of the peers. */
  readonly best_peer: string | undefined
  /** Loss of `adaptive` over that of the best peer, and its 95 % interval. */
  readonly within: number | undefined
  readonly interval: Interval | undefined
  /** The same over the best of those that do not order by the same beliefs. */
  readonly over_others: number | undefined
}

async function rowOf(scenario: Scenario): Promise<Row> {
  const played: Record<string, Played[]> = {}
  const fixed: Record<string, Played[]> = {}
  let foresight = 0
  const options = scenario.valueOfTime === undefined ? {} : { adaptive: { value_of_time: scenario.valueOfTime } }
  const strategies = await loadStrategies(names, process.cwd(), options)
  const [priority] = await loadStrategies(['priority'], process.cwd())
  for (const seed of seeds) {
    const simulated = simulate(scenario, seed)
    for (const strategy of strategies) {
      const result = await play(scenario, simulated, strategy, seed)
      push(played, strategy.name, result)
      if (strategy === strategies[0]) foresight += (result.loss - result.regret) / seeds.length
    }
    for (const endpoint of alwaysThere(scenario, simulated))
      push(fixed, endpoint, await play(scenario, simulated, priority!, seed, endpoint))
    progress.step(`${scenario.name}, ${seed}`)
  }
  const losses = means(played, ({ loss }) => loss)
  const fixedLosses = means(fixed, ({ loss }) => loss)
  const best = least(fixedLosses)
  const { [OURS]: ours, ...others } = losses
  const peer = Object.keys(others).length > 0 ? least(others) : undefined
  const foreign = least(Object.fromEntries(Object.entries(others).filter(([name]) => !OWN.has(name))))
  return {
    scenario: scenario.name,
    what: scenario.what,
    requests: Math.round(mean(Object.values(played)[0]!.map(({ requests }) => requests))),
    losses,
    failed: means(played, (result) => result.failed),
    best_fixed: best[1],
    best_fixed_endpoint: best[0],
    foresight,
    best_peer: peer?.[0],
    within: ours === undefined || !peer ? undefined : ours / peer[1],
    interval: ours === undefined || !peer ? undefined : ratioInterval(played[OURS]!, played[peer[0]]!),
    over_others: ours === undefined || !Number.isFinite(foreign[1]) ? undefined : ours / foreign[1],
  }
}

/** Over hours of the same requests, which are drawn again together. */
function ratioInterval(ours: readonly Played[], theirs: readonly Played[]): Interval {
  const pairs = ours.flatMap(({ hours }, run) =>
    hours.flatMap((loss, hour) => (loss === undefined ? [] : [[loss, theirs[run]!.hours[hour]!] as const])),
  )
  const sum = (sample: readonly (readonly [number, number])[], which: 0 | 1) =>
    sample.reduce((total, pair) => total + pair[which], 0)
  return bootstrap(pairs, (sample) => sum(sample, 0) / sum(sample, 1))
}

/** Those there from the first request on; none where there are several models, which have no endpoint in common. */
function alwaysThere(scenario: Scenario, { arrivals }: SimulatedScenario): string[] {
  if ((scenario.traffic.models?.length ?? 1) > 1) return []
  return [...arrivals[0]!.outcomes.keys()]
}

function push(all: Record<string, Played[]>, name: string, result: Played): void {
  all[name] ??= []
  all[name].push(result)
}

function means(all: Readonly<Record<string, readonly Played[]>>, pick: (played: Played) => number) {
  return Object.fromEntries(Object.entries(all).map(([name, list]) => [name, mean(list.map(pick))]))
}

function least(losses: Readonly<Record<string, number>>): readonly [string, number] {
  return Object.entries(losses).reduce((a, b) => (b[1] < a[1] ? b : a), ['-', Number.POSITIVE_INFINITY] as const)
}

function shown({ scenario, losses, best_fixed, foresight, best_peer, within, interval, over_others }: Row) {
  const round = (value: number | undefined) => (Number.isFinite(value) ? Number(value!.toPrecision(3)) : undefined)
  return {
    scenario,
    adaptive: round(losses[OURS]),
    'best peer': best_peer,
    'its loss': round(losses[best_peer ?? '']),
    'over it': round(within),
    '95 %': interval?.map((value) => value.toFixed(3)).join(' to '),
    'over others': round(over_others),
    'best fixed': round(best_fixed),
    foresight: round(foresight),
  }
}
