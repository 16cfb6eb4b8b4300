import type { Sharing } from '../../src/replay/world/run-world.ts'
import type { World } from '../../src/replay/world/types.ts'
import type { SimulatedEndpoint } from '../worlds/simulated-endpoint.ts'
import { HubSharing } from './hub-sharing.ts'
import { PerfectMap } from './perfect-map.ts'

export interface VariantOptions {
  /** Minutes between two probes of an endpoint; undefined: nobody probes. */
  readonly probeMinutes: number | undefined
  readonly private: boolean
  /** What a perfect map would give. */
  readonly ceiling: boolean
  /** Enrolments that a published cell of the public hub needs. */
  readonly k: number
}

export interface Variant {
  readonly name: string
  readonly strategy: 'adaptive' | 'litellm-latency'
  readonly sharing: (world: World, endpoints: readonly SimulatedEndpoint[]) => Sharing | undefined
}

/** The most that a figure of a map is worth, in observations of one's own; and as good as all. */
const MAP_KAPPA = 4
const CERTAIN = 100

export const ALONE = 'alone'

/** What is compared: each router for itself, a public hub with more and more of what it can do, and a private one. */
export function variantsOf({ probeMinutes, private: isPrivate, ceiling, k }: VariantOptions): Variant[] {
  const hub = (
    name: string,
    options: { map?: boolean; noise?: boolean; incidents?: boolean; probes?: boolean; private?: boolean },
  ): Variant => ({
    name,
    strategy: 'adaptive',
    sharing: (world, endpoints) => {
      const { map = true, noise = true, incidents = false, probes = false, private: own = false } = options
      const probing = probes ? { endpoints, everyMs: probeMinutes! * 60_000 } : undefined
      return new HubSharing(world, { map, noise, incidents, k, private: own, probing })
    },
  })
  const perfect = (name: string, kappa: number): Variant => ({
    name,
    strategy: 'adaptive',
    sharing: (world, endpoints) => new PerfectMap(world, endpoints, kappa),
  })
  return [
    { name: 'latency only (litellm-latency)', strategy: 'litellm-latency', sharing: () => undefined },
    { name: ALONE, strategy: 'adaptive', sharing: () => undefined },
    hub('map, without noise', { noise: false }),
    hub('map', {}),
    hub('map and incidents', { incidents: true }),
    ...(probeMinutes === undefined
      ? []
      : [
          hub('probes', { map: false, probes: true }),
          hub('map, probes and incidents', { incidents: true, probes: true }),
        ]),
    ...(isPrivate ? [hub('circle', { noise: false, incidents: true, private: true })] : []),
    ...(ceiling ? [perfect('perfect map', MAP_KAPPA), perfect('perfect map, believed', CERTAIN)] : []),
  ]
}
