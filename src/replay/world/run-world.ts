import { seeded } from '../../base/random.ts'
import type { PriorSource } from '../../outcomes/beliefs/prior.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { HealthChange } from '../../routing/health/health-change.ts'
import { EventQueue } from '../event-queue.ts'
import { seedOf } from '../seed.ts'
import type { NamedStrategy } from '../virtual-router.ts'
import { SharedMap } from './shared-map.ts'
import { type Served, SiteRun } from './site-run.ts'
import { WORLD_START } from './start.ts'
import type { Arrival, Arrivals, Respond, World, WorldSite } from './types.ts'

const HOUR_MS = 3_600_000

/** What sites tell each other. Times are Unix milliseconds on the world's clock. */
export interface Sharing {
  priorOf(site: string): PriorSource
  learn(site: string, outcome: Outcome): void
  /** Milliseconds between two calls of `refresh`; default: an hour. */
  readonly everyMs?: number
  refresh(now: number): void
  /** Called when an endpoint is ejected at a site, or comes back. */
  health?(site: string, change: HealthChange, now: number): void
}

export interface WorldRun {
  readonly world: World
  readonly arrivals: (site: WorldSite) => Arrivals
  readonly strategy: NamedStrategy
  readonly seed: number
  /**
   * How the sites help each other: `true` is one shared prior, made anew every hour. Default: each site is on its own.
   */
  readonly map?: boolean | Sharing
  readonly respond?: Respond
  /** Called for each request as it ends. */
  readonly onServed: (site: WorldSite, served: Served) => void
}

/** Plays all sites of a world through the router, in the order of time. */
export async function runWorld({
  world,
  arrivals,
  strategy,
  seed,
  map: sharing = false,
  respond,
  onServed,
}: WorldRun): Promise<void> {
  const queue = new EventQueue()
  const map: Sharing | undefined = sharing === true ? new SharedMap(world.sites) : sharing || undefined
  const sources = world.sites.map((site) => {
    const run = new SiteRun({
      world,
      site,
      strategy,
      random: seeded(seedOf(seed, site.id)),
      queue,
      prior: map?.priorOf(site.id),
      respond,
      onOutcome: (outcome) => map?.learn(site.id, outcome),
      onHealth: (change, now) => map?.health?.(site.id, change, now),
      onServed: (served) => onServed(site, served),
    })
    return new Source(arrivals(site), run)
  })
  await Promise.all(sources.map((source) => source.advance()))
  const everyMs = map?.everyMs ?? HOUR_MS
  let refreshAt = WORLD_START + everyMs
  for (;;) {
    const source = earliest(sources)
    if (source === undefined) break
    const arrival = source.next!
    const now = WORLD_START + 1000 * arrival.t
    for (; map && refreshAt <= now; refreshAt += everyMs) {
      queue.runUntil(refreshAt)
      map.refresh(refreshAt)
    }
    queue.runUntil(now)
    source.run.arrive(arrival, now)
    if (!source.step()) await source.advance()
  }
  queue.runUntil()
}

/** Arrivals of one site, read as they are needed. */
class Source {
  readonly run: SiteRun
  readonly #batches: AsyncIterator<readonly Arrival[]> | Iterator<readonly Arrival[]>
  #batch: readonly Arrival[] = []
  #at = 0

  constructor(arrivals: Arrivals, run: SiteRun) {
    this.run = run
    this.#batches = Symbol.asyncIterator in arrivals ? arrivals[Symbol.asyncIterator]() : arrivals[Symbol.iterator]()
  }

  get next(): Arrival | undefined {
    return this.#batch[this.#at]
  }

  /** False when the next arrival has to be read first. */
  step(): boolean {
    return ++this.#at < this.#batch.length
  }

  async advance(): Promise<void> {
    do {
      const { value, done } = await this.#batches.next()
      this.#batch = done ? [] : value
      this.#at = 0
      if (done) return
    } while (this.#batch.length === 0)
  }
}

function earliest(sources: readonly Source[]): Source | undefined {
  let first: Source | undefined
  for (const source of sources) if (source.next && (!first || source.next.t < first.next!.t)) first = source
  return first
}
