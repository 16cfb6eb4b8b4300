import { mean, quantile } from '../statistics.ts'
import { lossOf } from './loss.ts'
import type { Served } from './site-run.ts'
import { WORLD_START } from './start.ts'
import type { Arrival, RecordedOutcome, Span, World, WorldSite } from './types.ts'

/**
 * An outage counts for a site that sent at least this share of its requests, and this many, there in the hour before.
 */
const MIN_SHARE = 0.2
const MIN_BEFORE = 5
const LOOK_BACK_S = 3600
const REGAIN_S = 120
/** Traffic may want to be elsewhere after an outage for good reasons: not looked at later than this. */
const LOOK_AHEAD_S = 1800

/** What an outage did to a site. */
export interface OutageEffect {
  readonly site: string
  readonly endpoint: string
  readonly from: number
  /** Attempts at the dead endpoint, while it was out, probes included. */
  readonly wasted: number
  /** Those before ten requests in a row had gone elsewhere: what it took to leave. */
  readonly leaving: number
  /** Share of the site's requests that went there first in the hour before. */
  readonly share: number
  /**
   * Seconds after the return until half of that share was back, over the ten latest requests; undefined: not within
   * half an hour.
   */
  readonly regainedS: number | undefined
  /** Requests of the two minutes after the return: with few of them `regainedS` says nothing. */
  readonly after: number
  /** Whether to ask it first would have lost least in these two minutes. Otherwise there may be nothing to come back for. */
  readonly isBest: boolean
}

export interface OutageSummary {
  readonly outages: number
  readonly wasted_mean: number
  readonly wasted_p95: number
  readonly leaving_mean: number
  readonly leaving_p95: number
  /**
   * Those after which at least twenty requests came within two minutes: the others cannot tell how soon the endpoint
   * was back.
   */
  readonly judged: number
  /** Of those judged, the share after which half of the endpoint's earlier share was back within two minutes. */
  readonly regained_2min: number
  readonly regained_median_s: number
  /** The same two of those after which the endpoint was the best there was. */
  readonly judged_best: number
  readonly regained_best_2min: number
}

/** So many requests elsewhere, in a row, and it has been left. */
const AWAY = 10
const RECENT = 10
/**
 * Requests within `REGAIN_S` below which an outage is not judged: the probe, and then half of them to fill `RECENT`.
 */
const MIN_AFTER = 20

interface Watch {
  readonly span: Span
  readonly site: string
  readonly endpoint: string
  before: number
  beforeThere: number
  wasted: number
  leaving: number
  /** Requests in a row that did not try it. */
  away: number
  after: number
  readonly recent: boolean[]
  /** What the requests of the two minutes after the return would have lost by asking it first, by endpoint. */
  readonly losses: Map<string, number>
  regainedS: number | undefined
}

/** Watches each (site, outage) as requests pass, so that no request is kept. */
export class OutageLog {
  readonly #world: World
  readonly #watches = new Map<string, Watch[]>()

  constructor(world: World) {
    const { endpoints, sites } = world
    this.#world = world
    for (const site of sites) {
      const watches = [...endpoints].flatMap(([endpoint, { outages }]) =>
        outages.map((span) => watchOf(site.id, endpoint, span)),
      )
      this.#watches.set(
        site.id,
        watches.sort((a, b) => a.span[0] - b.span[0]),
      )
    }
  }

  add(site: WorldSite, { arrival, attempts }: Served): void {
    for (const watch of this.#watches.get(site.id)!) {
      const [from, to] = watch.span
      if (!arrival.outcomes.has(watch.endpoint) || arrival.t < from - LOOK_BACK_S || arrival.t > to + LOOK_AHEAD_S)
        continue
      const there = attempts[0]?.endpoint === watch.endpoint
      if (arrival.t < from) {
        watch.before++
        if (there) watch.beforeThere++
      }
      const wasted = attempts.filter(
        ({ endpoint, at }) => endpoint === watch.endpoint && within(watch.span, (at - WORLD_START) / 1000),
      ).length
      if (wasted > 0 || arrival.t >= from) leave(watch, wasted)
      if (arrival.t < to) continue
      regain(watch, arrival.t - to, there)
      if (arrival.t <= to + REGAIN_S) this.#compare(watch, arrival)
    }
  }

  #compare({ losses }: Watch, arrival: Arrival): void {
    const lossTo = (endpoint: string, outcome: RecordedOutcome) => lossOf(this.#world, arrival, endpoint, outcome)
    const answers = [...arrival.outcomes].filter(([, { kind }]) => kind === 'ok')
    const least = Math.min(this.#world.failCostS, ...answers.map(([endpoint, outcome]) => lossTo(endpoint, outcome)))
    for (const [endpoint, outcome] of arrival.outcomes) {
      // Who fails is followed by somebody else.
      const loss = outcome.kind === 'ok' ? lossTo(endpoint, outcome) : outcome.totalS + least
      losses.set(endpoint, (losses.get(endpoint) ?? 0) + loss)
    }
  }

  all(): OutageEffect[] {
    return [...this.#watches.values()].flat().flatMap((watch) => {
      const share = watch.beforeThere / watch.before
      if (watch.beforeThere < MIN_BEFORE || share < MIN_SHARE) return []
      const { site, endpoint, wasted, leaving, regainedS, after, losses } = watch
      const isBest = losses.get(endpoint) === Math.min(...losses.values())
      return [{ site, endpoint, from: watch.span[0], wasted, leaving, share, regainedS, after, isBest }]
    })
  }
}

const watchOf = (site: string, endpoint: string, span: Span): Watch => ({
  span,
  site,
  endpoint,
  before: 0,
  beforeThere: 0,
  wasted: 0,
  leaving: 0,
  away: 0,
  after: 0,
  recent: [],
  losses: new Map(),
  regainedS: undefined,
})

const within = ([from, to]: Span, t: number) => from <= t && t < to

function leave(watch: Watch, wasted: number): void {
  watch.wasted += wasted
  if (watch.away >= AWAY) return
  watch.leaving += wasted
  watch.away = wasted > 0 ? 0 : watch.away + 1
}

function regain(watch: Watch, sinceS: number, there: boolean): void {
  if (sinceS <= REGAIN_S) watch.after++
  watch.recent.push(there)
  if (watch.recent.length > RECENT) watch.recent.shift()
  const back = watch.recent.filter(Boolean).length >= (0.5 * RECENT * watch.beforeThere) / watch.before
  if (watch.regainedS === undefined && watch.recent.length === RECENT && back) watch.regainedS = sinceS
}

/** Share of them after which half of the endpoint's share was back in time. */
const backOf = (effects: readonly OutageEffect[]) =>
  mean(effects.map(({ regainedS }) => (regainedS !== undefined && regainedS <= REGAIN_S ? 1 : 0)))

/** Over the outages of endpoints that mattered to a site. NaN without one. */
export function summarizeOutages(effects: readonly OutageEffect[]): OutageSummary {
  const sorted = (value: (effect: OutageEffect) => number) => Float64Array.from(effects.map(value)).sort()
  const busy = effects.filter(({ after }) => after >= MIN_AFTER)
  const best = busy.filter(({ isBest }) => isBest)
  const wasted = sorted(({ wasted }) => wasted)
  const leaving = sorted((effect) => effect.leaving)
  return {
    outages: effects.length,
    wasted_mean: mean(wasted),
    wasted_p95: quantile(wasted, 0.95),
    leaving_mean: mean(leaving),
    leaving_p95: quantile(leaving, 0.95),
    judged: busy.length,
    regained_2min: backOf(busy),
    regained_median_s: quantile(Float64Array.from(busy.map(({ regainedS }) => regainedS ?? LOOK_AHEAD_S)).sort(), 0.5),
    judged_best: best.length,
    regained_best_2min: backOf(best),
  }
}
