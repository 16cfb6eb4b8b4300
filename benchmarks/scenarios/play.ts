import type { NamedStrategy } from '../../src/replay/virtual-router.ts'
import { runWorld } from '../../src/replay/world/run-world.ts'
import { WorldScore } from '../../src/replay/world/score.ts'
import type { Arrival } from '../../src/replay/world/types.ts'
import type { Scenario } from './scenario.ts'
import type { SimulatedScenario } from './simulate.ts'

/** What a strategy came to in a scenario. Losses in seconds a request: waiting, price, and what was lost. */
export interface Played {
  readonly loss: number
  readonly failed: number
  readonly attempts: number
  /** Mean loss beyond the best answer of each request, which nobody can know; ignores what depends on the past. */
  readonly regret: number
  readonly requests: number
  /** Sum of losses by hour; undefined without requests. */
  readonly hours: readonly (number | undefined)[]
}

/** `only`: nobody else may be asked. */
export async function play(
  scenario: Scenario,
  { world, arrivals }: SimulatedScenario,
  strategy: NamedStrategy,
  seed: number,
  only?: string,
): Promise<Played> {
  const score = new WorldScore(world)
  const { counts } = scenario
  const requestsOf: number[] = []
  await runWorld({
    world,
    arrivals: () => [only === undefined ? arrivals : arrivals.flatMap((arrival) => restricted(arrival, only))],
    strategy,
    seed,
    ...(scenario.respond && { respond: scenario.respond() }),
    onServed: (site, served) => {
      const { t, structured = false } = served.arrival
      if (counts && !counts({ t, structured })) return
      score.add(site, served)
      const hour = Math.floor(t / 3600)
      requestsOf[hour] = (requestsOf[hour] ?? 0) + 1
    },
  })
  const { mean_loss, failed, attempts_per_request, mean_regret, requests, by_hour } = score.result(strategy.name)
  const hours = by_hour.map((loss, hour) => requestsOf[hour] && loss * requestsOf[hour])
  return { loss: mean_loss, failed, attempts: attempts_per_request, regret: mean_regret, requests, hours }
}

/** Requests that the endpoint cannot answer are left out. */
function restricted(arrival: Arrival, endpoint: string): Arrival[] {
  const outcome = arrival.outcomes.get(endpoint)
  return outcome ? [{ ...arrival, outcomes: new Map([[endpoint, outcome]]) }] : []
}
