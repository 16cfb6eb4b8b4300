import { parseArrival } from '../../src/replay/world/read-arrivals.ts'
import { parseWorld } from '../../src/replay/world/read-world.ts'
import type { Arrival, World } from '../../src/replay/world/types.ts'
import { Chance } from '../worlds/chance.ts'
import type { Kind, Site } from '../worlds/profiles.ts'
import { type Simulation, simulate } from '../worlds/simulate.ts'

/** Requests per hour, drawn evenly on the logarithm. */
export const RATES = { busy: [60, 600], mixed: [5, 400], thin: [5, 40] } as const
export type Traffic = keyof typeof RATES

export interface SiteCase {
  readonly kind: Kind
  readonly sites: number
  readonly traffic: Traffic
  readonly seed: number
}

/** A simulated world, and all that its sites are asked, made once for all that is compared. */
export interface SiteWorld {
  readonly world: World
  readonly sites: readonly Site[]
  readonly endpoints: Simulation['endpoints']
  /** By site. */
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>
}

/** New sites come to those at work: one for each four, and one for each of the two models at least. */
export const newSites = (sites: number) => 2 * Math.max(1, Math.round(sites / 8))

export function worldOf({ kind, sites: count, traffic, seed }: SiteCase, hours: number): SiteWorld {
  const chance = new Chance(seed, 'rates', traffic)
  const [min, max] = RATES[traffic]
  const sites = Array.from({ length: count + newSites(count) }, (_, at) => ({
    rate: Math.round(Math.exp(chance.between(Math.log(min), Math.log(max)))),
    from: at < count ? 0 : chance.between(0.4, 0.7),
  }))
  const simulation = simulate(seed, kind, hours, sites)
  const world = parseWorld(simulation.world, `seed ${seed}`)
  // Through the reader of recorded worlds.
  const arrivals = world.sites.map(({ id }) => {
    const own = simulation.arrivals.get(id)!()
    return [id, Array.from(own, (arrival) => parseArrival(JSON.stringify(arrival), world, id))] as const
  })
  return { world, sites, endpoints: simulation.endpoints, arrivals: new Map(arrivals) }
}
