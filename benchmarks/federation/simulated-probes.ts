import type { ProbeCell, PublicEndpoint } from '../../src/federation/protocol/types.ts'
import type { CellPrior, PriorSource } from '../../src/outcomes/beliefs/prior.ts'
import { WORLD_START } from '../../src/replay/world/start.ts'
import { Chance } from '../worlds/chance.ts'
import type { SimulatedEndpoint } from '../worlds/simulated-endpoint.ts'

export interface Probing {
  readonly endpoints: readonly SimulatedEndpoint[]
  readonly everyMs: number
}

/** The hub stands in one region, whichever its members are in. */
const REGION = 'us-east'
/** As `router bench` asks: short answers. */
const TOKENS_OUT = 100
/** What a probe saw loses half its weight in this time. */
const HALF_LIFE_MS = 6 * 3_600_000
/** Of the logarithm, from one request to the next. */
const VARIANCE = 0.1
/** What a probed figure is worth to a member, in observations. */
const KAPPA = 4

interface Seen {
  readonly n: number
  readonly ttft: number
  readonly speed: number
  readonly at: number
}

const NOTHING: Seen = { n: 0, ttft: 0, speed: 0, at: WORLD_START }

/** A hub that measures every endpoint of a world itself, from one region. */
export class SimulatedProbes {
  readonly #probing: Probing
  readonly #seen = new Map<string, Seen>()
  readonly #chance = new Chance('probes')
  #next = WORLD_START

  constructor(probing: Probing) {
    this.#probing = probing
  }

  /** Endpoints that answered. */
  get measured(): Iterable<string> {
    return this.#seen.keys()
  }

  /** Measures what is due until `now`. */
  advance(now: number): void {
    const { endpoints, everyMs } = this.#probing
    for (; this.#next <= now; this.#next += everyMs) {
      for (const endpoint of endpoints) {
        const reply = endpoint.reply(this.#chance, REGION, (this.#next - WORLD_START) / 1000, TOKENS_OUT)
        if (reply.ttft_s === null || reply.tokens_per_s === null) continue
        const { n, ttft, speed, at } = this.#seen.get(endpoint.id) ?? NOTHING
        const before = n * 0.5 ** ((this.#next - at) / HALF_LIFE_MS)
        this.#seen.set(endpoint.id, {
          n: before + 1,
          ttft: (before * ttft + Math.log(1000 * reply.ttft_s)) / (before + 1),
          speed: (before * speed + Math.log(reply.tokens_per_s)) / (before + 1),
          at: this.#next,
        })
      }
    }
  }

  /** As the hub publishes them, under public names. */
  cells(publicName: (endpoint: string) => PublicEndpoint | undefined): ProbeCell[] {
    return [...this.#seen].map(([id, { n, ttft, speed, at }]) => ({
      ...publicName(id)!,
      source: 'probe',
      continent: 'NA',
      class: 'chat.lt1k.plain',
      n,
      time: Math.floor(at / 1000),
      ttft: { n, mean: ttft, var: VARIANCE },
      speed: { n, mean: speed, var: VARIANCE },
    }))
  }

  /** A member's prior with the probes where the map has no figure. */
  prior(own: PriorSource): PriorSource {
    const ready = new Map<
      string,
      { readonly seen: Seen; readonly prior: CellPrior | undefined; readonly both: CellPrior }
    >()
    return {
      find: (endpoint, workloadClass) => {
        const prior = own.find(endpoint, workloadClass)
        const seen = this.#seen.get(endpoint)
        if (!seen) return prior
        const key = `${endpoint} ${workloadClass}`
        const known = ready.get(key)
        if (known?.seen === seen && known.prior === prior) return known.both
        const kappa = (KAPPA * seen.n) / (seen.n + 1)
        const both = { ttft: { mean: seen.ttft, kappa }, speed: { mean: seen.speed, kappa }, ...prior }
        ready.set(key, { seen, prior, both })
        return both
      },
      isPassedOver: (endpoint, workloadClass) =>
        !this.#seen.has(endpoint) && (own.isPassedOver?.(endpoint, workloadClass) ?? false),
    }
  }
}
