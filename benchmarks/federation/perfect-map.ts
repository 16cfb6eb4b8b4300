import type { CellPrior, PriorSource } from '../../src/outcomes/beliefs/prior.ts'
import type { Outcome } from '../../src/outcomes/types.ts'
import type { Sharing } from '../../src/replay/world/run-world.ts'
import { WORLD_START } from '../../src/replay/world/start.ts'
import type { World } from '../../src/replay/world/types.ts'
import { NOISE, TAIL } from '../worlds/profiles.ts'
import type { SimulatedEndpoint } from '../worlds/simulated-endpoint.ts'

/** Requests that the map's success is worth. */
const REQUESTS = 20
/** How much later than the median the first token comes on average, as a logarithm: chance alone. */
const LATE = TAIL.share * Math.log(TAIL.least) + NOISE.ttft ** 2 / 2

/**
 * What no hub can be: it knows the true state of every endpoint, seen from each site, at every moment: level, drift,
 * brown-outs and outages. Worth as much as any map's figure, or so much that nothing else counts.
 */
export class PerfectMap implements Sharing {
  readonly #endpoints: ReadonlyMap<string, SimulatedEndpoint>
  readonly #regions: ReadonlyMap<string, string>
  readonly #kappa: number
  #now = WORLD_START

  constructor(world: World, endpoints: readonly SimulatedEndpoint[], kappa: number) {
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
    this.#regions = new Map(world.sites.map(({ id, region }) => [id, region]))
    this.#kappa = kappa
  }

  get everyMs(): number {
    return 1000
  }

  priorOf(site: string): PriorSource {
    const region = this.#regions.get(site)!
    return { find: (endpoint) => this.#find(endpoint, region) }
  }

  learn(_site: string, { at }: Outcome): void {
    this.refresh(at)
  }

  refresh(now: number): void {
    this.#now = Math.max(this.#now, now)
  }

  #find(id: string, region: string): CellPrior {
    const { isOut, ttftS, speed, errors } = this.#endpoints.get(id)!.state(region, (this.#now - WORLD_START) / 1000)
    const failing = isOut ? 1 : errors
    return {
      ttft: { mean: Math.log(1000 * ttftS) + LATE, kappa: this.#kappa },
      speed: { mean: Math.log(speed), kappa: this.#kappa },
      success: { a: REQUESTS * (1 - failing) + 0.01, b: REQUESTS * failing },
    }
  }
}
