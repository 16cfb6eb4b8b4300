/** Every strategy in simulated worlds: the same arrivals for all, each site on its own and with a shared map. */
import { loadStrategies } from '../../src/replay/strategies.ts'
import type { OutageEffect } from '../../src/replay/world/outage-log.ts'
import { parseArrival } from '../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../src/replay/world/read-world.ts'
import { runWorld } from '../../src/replay/world/run-world.ts'
import { type WorldResult, WorldScore } from '../../src/replay/world/score.ts'
import { KINDS, type Kind, SITES, type Site } from '../worlds/profiles.ts'
import { simulate } from '../worlds/simulate.ts'

export interface WorldOutcome {
  readonly kind: Kind
  readonly seed: number
  readonly map: boolean
  readonly result: WorldResult
  readonly outages: readonly OutageEffect[]
}

export interface WorldsRun {
  readonly kind: Kind
  readonly seeds: readonly number[]
  readonly hours: number
  /** Instead of those of the kind. */
  readonly sites?: readonly Site[]
  readonly alone: readonly string[]
  /** Strategies run once more with a shared map. */
  readonly mapped: readonly string[]
  readonly onProgress: (text: string) => void
}

export async function worldOutcomes({
  kind,
  seeds,
  hours,
  sites = KINDS[kind].sites,
  alone,
  mapped,
  onProgress,
}: WorldsRun): Promise<WorldOutcome[]> {
  const strategies = await loadStrategies([...new Set([...alone, ...mapped])], process.cwd())
  const outcomes: WorldOutcome[] = []
  for (const seed of seeds) {
    const simulation = simulate(seed, kind, hours, sites)
    const world = parseWorld(simulation.world, `seed ${seed}`)
    // Through the reader of recorded worlds, so that both come to the router in one way.
    const read = [...simulation.arrivals].map(
      ([site, make]) =>
        [site, [...make()].map((arrival) => parseArrival(JSON.stringify(arrival), world, site))] as const,
    )
    const arrivals = new Map(read)
    const plans = [...alone.map((name) => ({ name, map: false })), ...mapped.map((name) => ({ name, map: true }))]
    for (const { name, map } of plans) {
      const score = new WorldScore(world)
      const strategy = strategies.find((one) => one.name === name)!
      await runWorld({
        world,
        arrivals: ({ id }) => [arrivals.get(id)!],
        strategy,
        seed,
        map,
        onServed: (site, served) => score.add(site, served),
      })
      outcomes.push({ kind, seed, map, result: score.result(name), outages: score.outages() })
      onProgress(`${kind} ${seed} ${name}${map ? ' with a map' : ''}`)
    }
  }
  return outcomes
}

/** Sites that begin when the others have been at work for hours. */
export const NEW_SITES: ReadonlySet<string> = new Set(
  SITES.flatMap(({ from }, at) => (from > 0 ? [String.fromCharCode(97 + at)] : [])),
)
