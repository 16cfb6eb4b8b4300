import { costOf } from '../../src/outcomes/estimates/cost.ts'
import type { Served } from '../../src/replay/world/site-run.ts'
import type { World, WorldSite } from '../../src/replay/world/types.ts'

/** Requests of a new site that are kept one by one. */
const FIRST = 20
const EARLY = 5

export interface Regret {
  readonly starts: number
  /** Mean loss per request beyond that of the endpoint that is best for the site over the whole run. Seconds. */
  readonly first5: number
  readonly first20: number
  readonly total: number
  /** That of the first twenty requests of each new site, by site. */
  readonly first20BySite: readonly (readonly [site: string, regret: number])[]
}

class Start {
  requests = 0
  loss = 0
  readonly fixed = new Map<string, number>()
  readonly first: { readonly loss: number; readonly fixed: ReadonlyMap<string, number> }[] = []
}

/** What new sites lose by not knowing yet which endpoint is best for them. */
export class NewcomerScore {
  readonly #world: World
  readonly #starts = new Map<string, Start>()

  constructor(world: World) {
    this.#world = world
  }

  add(site: WorldSite, { arrival, ok, waitedS, costUsd }: Served): void {
    const start = this.#starts.get(site.id) ?? new Start()
    this.#starts.set(site.id, start)
    const fixed = new Map<string, number>()
    for (const [endpoint, { kind, totalS }] of arrival.outcomes) {
      const cost = costOf(this.#world.endpoints.get(endpoint)?.price, {
        inputTokens: arrival.tokensIn,
        outputTokens: arrival.tokensOut,
      })
      const loss = this.#loss(kind === 'ok', totalS, kind === 'ok' ? (cost ?? 0) : 0)
      fixed.set(endpoint, loss)
      start.fixed.set(endpoint, (start.fixed.get(endpoint) ?? 0) + loss)
    }
    const loss = this.#loss(ok, waitedS, costUsd)
    start.requests++
    start.loss += loss
    if (start.first.length < FIRST) start.first.push({ loss, fixed })
  }

  result(): Regret {
    const starts = [...this.#starts.values()]
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const regretOf = (start: Start, count: number) => {
      const best = bestOf(start)
      const first = start.first.slice(0, count)
      return mean(first.map(({ loss, fixed }) => loss - fixed.get(best)!))
    }
    return {
      starts: starts.length,
      first5: mean(starts.map((start) => regretOf(start, EARLY))),
      first20: mean(starts.map((start) => regretOf(start, FIRST))),
      first20BySite: [...this.#starts].map(([site, start]) => [site, regretOf(start, FIRST)] as const),
      total: mean(starts.map((start) => (start.loss - start.fixed.get(bestOf(start))!) / start.requests)),
    }
  }

  #loss(ok: boolean, seconds: number, usd: number): number {
    const { valueOfTime, failCostS } = this.#world
    return seconds + (valueOfTime > 0 ? (3600 * usd) / valueOfTime : 0) + (ok ? 0 : failCostS)
  }
}

const bestOf = ({ fixed }: Start): string => [...fixed].reduce((a, b) => (b[1] < a[1] ? b : a))[0]
