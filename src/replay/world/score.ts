import { bootstrap, type Interval, mean, quantile } from '../statistics.ts'
import { inSeconds, lossOf } from './loss.ts'
import { type OutageEffect, OutageLog, type OutageSummary, summarizeOutages } from './outage-log.ts'
import type { Served } from './site-run.ts'
import type { Arrival, World, WorldSite } from './types.ts'

const FIRST = 20

/** How a strategy did in a world. Losses in seconds. */
export interface WorldResult {
  readonly name: string
  readonly requests: number
  /**
   * Seconds waited, price in seconds at the world's value of time, and `fail_cost_s` for a request that was never
   * answered; per request.
   */
  readonly mean_loss: number
  /** 95 % interval of the mean loss over hours of sites drawn again; null with one. */
  readonly ci95: Interval | null
  /** Mean loss beyond that of the best endpoint for every single request, which nobody can know. */
  readonly mean_regret: number
  readonly p95_loss: number
  /** Share of requests that were never answered. */
  readonly failed: number
  readonly attempts_per_request: number
  /** Mean loss of the first twenty requests of each site. */
  readonly first20_loss: number
  readonly outages: OutageSummary
  readonly sites: readonly SiteResult[]
  /** Mean loss by hour, for plots; NaN without requests. */
  readonly by_hour: readonly number[]
}

interface SiteResult {
  readonly site: string
  readonly requests: number
  readonly mean_loss: number
  readonly first20_loss: number
  /** That of the first twenty requests beyond what the one endpoint that was best in these twenty lost in them. */
  readonly first20_excess: number
  /** Mean loss of always taking the endpoint that was best over the whole run, without caps; and its name. */
  readonly best_fixed_loss: number
  readonly best_fixed: string
}

class SiteScore {
  requests = 0
  loss = 0
  firstLoss = 0
  first = 0
  /** Loss of always taking an endpoint. */
  readonly fixed = new Map<string, number>()
  /** The same over the first twenty requests. */
  readonly fixedFirst = new Map<string, number>()
  readonly hours = new Map<number, { loss: number; n: number }>()
}

/** Adds up what a world's requests cost. Outages and brown-outs are looked at here and nowhere else. */
export class WorldScore {
  readonly #world: World
  readonly #sites: ReadonlyMap<string, SiteScore>
  readonly #outages: OutageLog
  readonly #losses: number[] = []
  #minLoss = 0
  #failed = 0
  #attempts = 0

  constructor(world: World) {
    this.#world = world
    this.#sites = new Map(world.sites.map(({ id }) => [id, new SiteScore()]))
    this.#outages = new OutageLog(world)
  }

  add(site: WorldSite, served: Served): void {
    const score = this.#sites.get(site.id)!
    const { arrival, attempts, ok, waitedS, costUsd, lostS } = served
    const loss = waitedS + lostS + inSeconds(costUsd, this.#world) + (ok ? 0 : this.#world.failCostS)
    this.#losses.push(loss)
    this.#failed += ok ? 0 : 1
    this.#attempts += attempts.length
    score.requests++
    score.loss += loss
    this.#minLoss += this.#compare(score, arrival)
    if (score.requests <= FIRST) {
      score.first++
      score.firstLoss += loss
    }
    const hour = Math.floor(arrival.t / 3600)
    const cell = score.hours.get(hour) ?? { loss: 0, n: 0 }
    cell.loss += loss
    cell.n++
    score.hours.set(hour, cell)
    this.#outages.add(site, served)
  }

  /** What each outage did to each site that it mattered to. */
  outages(): OutageEffect[] {
    return this.#outages.all()
  }

  result(name: string): WorldResult {
    const requests = this.#losses.length
    const sites = this.#world.sites.map((site) => siteResult(site.id, this.#sites.get(site.id)!))
    const blocks = [...this.#sites.values()].flatMap(({ hours }) => [...hours.values()])
    const perRequest = (groups: readonly { loss: number; n: number }[]) =>
      groups.reduce((sum, { loss }) => sum + loss, 0) / groups.reduce((sum, { n }) => sum + n, 0)
    const interval = bootstrap(blocks, perRequest)
    const starts = [...this.#sites.values()].filter(({ first }) => first > 0)
    return {
      name,
      requests,
      mean_loss: mean(this.#losses),
      ci95: Number.isNaN(interval[0]) ? null : interval,
      mean_regret: mean(this.#losses) - this.#minLoss / requests,
      p95_loss: quantile(Float64Array.from(this.#losses).sort(), 0.95),
      failed: this.#failed / requests,
      attempts_per_request: this.#attempts / requests,
      first20_loss: mean(starts.map(({ firstLoss, first }) => firstLoss / first)),
      outages: summarizeOutages(this.outages()),
      sites,
      by_hour: this.#byHour(),
    }
  }

  /** Losses of the fixed choices, and the least of them. */
  #compare(score: SiteScore, arrival: Arrival): number {
    let min = Number.POSITIVE_INFINITY
    for (const [endpoint, outcome] of arrival.outcomes) {
      const loss = lossOf(this.#world, arrival, endpoint, outcome)
      score.fixed.set(endpoint, (score.fixed.get(endpoint) ?? 0) + loss)
      if (score.requests <= FIRST) score.fixedFirst.set(endpoint, (score.fixedFirst.get(endpoint) ?? 0) + loss)
      min = Math.min(min, loss)
    }
    return min
  }

  #byHour(): number[] {
    return Array.from({ length: Math.ceil(this.#world.hours) }, (_, hour) => {
      const cells = [...this.#sites.values()].flatMap(({ hours }) => hours.get(hour) ?? [])
      return cells.reduce((sum, { loss }) => sum + loss, 0) / cells.reduce((sum, { n }) => sum + n, 0)
    })
  }
}

function siteResult(site: string, { requests, loss, first, firstLoss, fixed, fixedFirst }: SiteScore): SiteResult {
  const [best, sum] = [...fixed].reduce((a, b) => (b[1] < a[1] ? b : a), ['', Number.POSITIVE_INFINITY] as const)
  return {
    site,
    requests,
    mean_loss: loss / requests,
    first20_loss: firstLoss / first,
    first20_excess: (firstLoss - Math.min(...fixedFirst.values())) / first,
    best_fixed_loss: sum / requests,
    best_fixed: best,
  }
}
