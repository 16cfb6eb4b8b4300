import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { percent } from '../../base/format/numbers.ts'
import type { ReplayReport } from '../../replay/report/types.ts'
import { mean } from '../../replay/statistics.ts'
import { loadStrategies } from '../../replay/strategies.ts'
import { readArrivals } from '../../replay/world/read-arrivals.ts'
import { readWorld } from '../../replay/world/read-world.ts'
import { runWorld } from '../../replay/world/run-world.ts'
import { type WorldResult, WorldScore } from '../../replay/world/score.ts'
import type { Served } from '../../replay/world/site-run.ts'
import type { World, WorldSite } from '../../replay/world/types.ts'
import { startProgress } from '../../terminal/progress.ts'
import type { Replayed, ReplayFlags } from './flags.ts'

export async function replayWorld(directory: string, names: readonly string[], flags: ReplayFlags): Promise<Replayed> {
  const { map = false, seeds = 1 } = flags
  if (flags.choices !== undefined && (names.length !== 1 || seeds !== 1)) {
    throw new RouterError('ROUTER_USAGE', {
      reason: '--choices writes the choices of one run: name one strategy with --strategies, and no --seeds.',
    })
  }
  const strategies = await loadStrategies(names, process.cwd())
  const world = await readWorld(directory)
  const choices = flags.choices === undefined ? undefined : new Choices(flags.choices)
  const progress = startProgress(strategies.length * seeds, 'Replaying', process.stderr)
  const results: WorldResult[] = []
  for (const strategy of strategies) {
    const runs: WorldResult[] = []
    for (let seed = 0; seed < seeds; seed++) {
      const score = new WorldScore(world)
      const onServed = (site: WorldSite, served: Served) => {
        score.add(site, served)
        choices?.add(site, served)
      }
      await runWorld({ world, arrivals: (site) => readArrivals(directory, world, site), strategy, seed, map, onServed })
      runs.push(score.result(strategy.name))
      progress.step()
    }
    results.push(overSeeds(runs))
  }
  progress.stop()
  await choices?.end()
  const json = {
    seed: world.seed,
    hours: world.hours,
    map,
    seeds,
    strategies: results.map(({ by_hour: _, ...rest }) => rest),
  }
  return { json, report: worldReport(world, results, flags) }
}

/** The first run, with the means of what is compared; the other runs differ in the strategy's random numbers only. */
function overSeeds(runs: readonly WorldResult[]): WorldResult {
  const over = (pick: (run: WorldResult) => number) => mean(runs.map(pick))
  return {
    ...runs[0]!,
    mean_loss: over((run) => run.mean_loss),
    mean_regret: over((run) => run.mean_regret),
    p95_loss: over((run) => run.p95_loss),
    failed: over((run) => run.failed),
    attempts_per_request: over((run) => run.attempts_per_request),
    first20_loss: over((run) => run.first20_loss),
  }
}

/** A line a request: `{"site","id","attempts":[endpoint,...]}`, in the order in which the requests ended. */
class Choices {
  readonly #path: string
  readonly #stream: WriteStream
  readonly #done: Promise<unknown>
  #failure: unknown

  constructor(path: string) {
    this.#path = path
    this.#stream = createWriteStream(path)
    this.#done = finished(this.#stream).catch((error: unknown) => {
      this.#failure = error
    })
  }

  add(site: WorldSite, { arrival, attempts }: Served): void {
    this.#stream.write(
      `${JSON.stringify({ site: site.id, id: arrival.id, attempts: attempts.map(({ endpoint }) => endpoint) })}\n`,
    )
  }

  async end(): Promise<void> {
    this.#stream.end()
    await this.#done
    if (this.#failure)
      throw new RouterError('ROUTER_USAGE', { reason: `${this.#path} cannot be written: ${reasonOf(this.#failure)}.` })
  }
}

function worldReport({ hours, sites }: World, results: readonly WorldResult[], { map }: ReplayFlags): ReplayReport {
  const requests = results[0]?.requests ?? 0
  const fixed = (results[0]?.sites ?? []).filter((site) => site.requests > 0)
  const best = fixed.reduce((sum, site) => sum + site.best_fixed_loss * site.requests, 0) / requests
  return {
    title: `World replay, ${map ? 'with a shared map' : 'every site on its own'}`,
    facts: `${requests.toLocaleString('en-US')} requests to ${sites.length} sites in ${hours} hours`,
    value: 'mean loss',
    more: ['regret', 'p95', 'first 20', 'failed', 'attempts', 'to leave a dead one'],
    curve: { title: 'Mean loss by hour', x: 'hour' },
    rows: [
      ...results.map((result) => ({
        name: result.name,
        baseline: false,
        value: result.mean_loss,
        interval: result.ci95,
        more: [
          result.mean_regret,
          result.p95_loss,
          result.first20_loss,
          percent(result.failed),
          result.attempts_per_request,
          result.outages.leaving_mean,
        ],
        curve: result.by_hour,
      })),
      { name: 'best-fixed', baseline: true, value: best, interval: null, more: ['', '', '', '', '', ''], curve: [] },
    ],
    notes: [
      'Loss: seconds waited, price at the value of time, and a fixed cost for a request never answered. Regret: beyond the best endpoint of each single request.',
      'best-fixed: the endpoint of each site that was best over the whole run, taken always, without its caps and without retries.',
      'To leave a dead one: attempts at an endpoint that is out until ten requests in a row went elsewhere, where it had at least a fifth of the site’s requests.',
    ],
  }
}
