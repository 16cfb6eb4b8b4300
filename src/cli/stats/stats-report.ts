import type { Quantiles } from '../../base/grid.ts'
import { commonUnit } from '../../base/work-units.ts'
import type { OutcomeBook } from '../../outcomes/cells/cells.ts'
import type { Window, WindowStats } from '../../outcomes/types.ts'
import type { Belief, Endpoint, Operation } from '../../plugins/api.ts'
import type { BeliefFigures, EndpointStats, QuantileFigures, StatsReport } from '../../terminal/views/stats.ts'

/** An endpoint of a model, as the composition root lists them. */
export interface ConfiguredEndpoint {
  readonly endpoint: Endpoint
  /** The configured model; an endpoint of several models is listed once for each. */
  readonly model: string
  /** Its answers are made up. */
  readonly simulated: boolean
  /** What its provider is asked for, best first. */
  readonly operations?: readonly Operation[]
}

export interface StatsQuery {
  /** Seconds. */
  readonly window: Window
  /** Only endpoints of this model. */
  readonly model?: string
  /** One row per endpoint and class instead of one per endpoint. */
  readonly byClass: boolean
  readonly beliefs: boolean
  /** How often a running router saves what is new. */
  readonly flushMs: number
}

type Book = Pick<OutcomeBook, 'endpoints' | 'window' | 'beliefs' | 'savedAt' | 'lengthRatio'> &
  Partial<Pick<OutcomeBook, 'prior'>>

/**
 * What is believed of an endpoint without outcomes is shown in the classes that others have outcomes in, or in this
 * one.
 */
const USUAL_CLASS = 'chat.lt1k.plain'

/**
 * What the book says of every endpoint that has outcomes, configured ones first and in their order. `now` is in Unix
 * milliseconds.
 */
export function statsReport(
  book: Book,
  configured: readonly ConfiguredEndpoint[],
  query: StatsQuery,
  now: number,
): StatsReport {
  const { window, model, byClass, beliefs } = query
  const places = Map.groupBy(configured, ({ endpoint }) => endpoint.id)
  const order = [...places.keys()]
  const ofModel = Map.groupBy(configured, (place) => place.model)
  /** The endpoints of the first model that it serves. */
  const peersOf = (id: string) => {
    const [first] = places.get(id) ?? []
    return first ? ofModel.get(first.model)!.map(({ endpoint }) => endpoint.id) : []
  }
  const rank = (id: string) => (places.has(id) ? order.indexOf(id) : order.length)
  const known = [...book.endpoints(), ...(beliefs ? knownByPrior(book, places.keys()) : [])]
    .filter(({ endpoint }) => model === undefined || places.get(endpoint)?.some((place) => place.model === model))
    .sort(
      (first, second) => rank(first.endpoint) - rank(second.endpoint) || first.endpoint.localeCompare(second.endpoint),
    )
  const rows = known.flatMap(({ endpoint, classes }) => {
    const peers = peersOf(endpoint)
    const ratio = book.lengthRatio(endpoint, peers, now)
    const about = {
      ...placesOf(endpoint, places.get(endpoint)),
      ...(ratio !== undefined && { length_ratio: hundredths(ratio) }),
    }
    // Beliefs are held by class; there is none of an endpoint as a whole.
    const split: readonly (string | undefined)[] = byClass || beliefs ? classes.toSorted() : [undefined]
    return split.map((name) => ({
      ...about,
      ...(name !== undefined && { class: name }),
      ...speedUnit(name === undefined ? classes : [name]),
      ...figures(book.window(endpoint, name, window, now)),
      ...(beliefs && name !== undefined && { beliefs: beliefFigures(book.beliefs(endpoint, name, now, { peers })) }),
    }))
  })
  const lastAt = Math.max(...known.map((entry) => entry.lastAt))
  return {
    window_s: window,
    ...(model !== undefined && { model }),
    ...(book.savedAt !== undefined && { saved_at: new Date(book.savedAt).toISOString() }),
    save_every_s: query.flushMs / 1000,
    ...(lastAt > 0 && { last_at: new Date(lastAt).toISOString() }),
    rows: beliefs ? rows : rows.filter((row) => row.requests > 0),
  }
}

/** Endpoints that a map or a file says something of, and that have no outcomes. */
function knownByPrior(book: Book, endpoints: Iterable<string>): ReturnType<Book['endpoints']> {
  const measured = book.endpoints()
  const own = new Set(measured.map(({ endpoint }) => endpoint))
  const classes = new Set([USUAL_CLASS, ...measured.flatMap((entry) => entry.classes)])
  return [...endpoints]
    .filter((endpoint) => !own.has(endpoint))
    .map((endpoint) => ({
      endpoint,
      classes: [...classes].filter((name) => book.prior?.find(endpoint, name) !== undefined),
      lastAt: 0,
    }))
    .filter((entry) => entry.classes.length > 0)
}

function placesOf(
  endpoint: string,
  places: readonly ConfiguredEndpoint[] | undefined,
): Pick<EndpointStats, 'endpoint' | 'models' | 'simulated'> {
  return { endpoint, models: places?.map((place) => place.model) ?? [], simulated: places?.[0]?.simulated ?? false }
}

function figures(stats: WindowStats): Omit<EndpointStats, 'endpoint' | 'models' | 'simulated'> {
  return {
    requests: stats.requests,
    ...(stats.successRate !== undefined && { success_rate: stats.successRate }),
    outcomes: stats.kinds,
    ...(stats.ttftMs && { ttft_ms: quantiles(stats.ttftMs) }),
    ...(stats.tokensPerSecond && { tokens_per_second: quantiles(stats.tokensPerSecond) }),
    ...(stats.totalMs && { total_ms: quantiles(stats.totalMs) }),
    input_tokens: stats.inputTokens,
    output_tokens: stats.outputTokens,
    cache_read_tokens: stats.cacheReadTokens,
    cost_usd: stats.costUsd,
  }
}

/** What their speed counts, where that is not tokens. */
export function speedUnit(classes: readonly string[] = []): Pick<EndpointStats, 'speed_unit'> {
  const unit = commonUnit(classes)
  return unit ? { speed_unit: unit.name } : {}
}

const quantiles = ({ p50, p75, p90, p95, p99, n }: Quantiles): QuantileFigures => ({ p50, p75, p90, p95, p99, n })

const hundredths = (value: number): number => Math.round(100 * value) / 100

function beliefFigures(beliefs: ReturnType<Book['beliefs']>): BeliefFigures {
  const { ttft, speed, success, stall, buffered, detectMs, valid, cacheShare, effectivePrice } = beliefs
  const { lengthRatio, wakingMs, lately } = beliefs
  const natural = ({ mean, sd, n, from }: Belief) => ({ mean: Math.exp(mean), log_sd: sd, n, from })
  return {
    ttft_ms: natural(ttft),
    tokens_per_second: natural(speed),
    success: { mean: success.a / (success.a + success.b), a: success.a, b: success.b },
    stall,
    buffered,
    detect_ms: detectMs,
    length_ratio: hundredths(lengthRatio),
    waking_ms: Math.round(wakingMs),
    lately: hundredths(lately),
    well_formed: { mean: valid.a / (valid.a + valid.b), a: valid.a, b: valid.b },
    cache_share: cacheShare,
    effective_price: effectivePrice,
  }
}
