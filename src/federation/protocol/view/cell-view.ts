import { epochStart } from '../epoch.ts'
import type { Figure, HubMap, MapCell, Moments, ProbeCell } from '../types.ts'

/** Where a cell's figures come from: reports of members, or the hub's own probes. */
type CellSource = 'members' | 'probe'

/** Of a quantity over requests. */
export interface Spread {
  readonly p50: number
  readonly p95: number
}

/** A cell of the map in units that people read. Null: rolled up (for a dimension), or not known (for a figure). */
export interface CellView {
  readonly provider: string
  readonly model: string | null
  readonly region: string | null
  readonly continent: string | null
  readonly class: string | null
  readonly source: CellSource
  /** Enrolments behind it, bucketed; 0 of what the hub measured itself. */
  readonly members: number
  /** ISO 8601: the end of the epoch in which its figures last changed. */
  readonly updated_at: string
  /** To the first token of streams, milliseconds. */
  readonly ttft_ms: Spread | null
  /** Of whole answers that are not streamed, milliseconds. */
  readonly total_ms: Spread | null
  /** Output tokens per second; other units of work in classes that count otherwise, as in a report. */
  readonly speed: Spread | null
  /** Share of requests without a fault of the provider, 0 to 1. */
  readonly success: number | null
  /** What was paid, USD per million tokens, in and out together. */
  readonly price: number | null
  /** Share of input tokens read from a prompt cache, 0 to 1. */
  readonly cache_hit: number | null
}

/** Standard normal quantile of 0.95. */
const Z95 = 1.6449

/** A provider's model over all regions and classes. */
export type EndpointView = CellView & { readonly model: string; readonly class: null }

/** Every cell of a map, members' first, in its order. */
export const cellViews = (map: HubMap): CellView[] => [
  ...map.cells.map((cell) => memberView(cell, map)),
  ...(map.probes ?? []).map((cell) => probeView(cell)),
]

/**
 * The endpoints of a map, one row for each: by members' reports, and where there are none, by the hub's probes over all
 * places and classes.
 */
export function endpointViews(map: HubMap): EndpointView[] {
  const views = map.cells.map((cell) => memberView(cell, map)).filter(isEndpoint)
  const known = new Set(views.map(nameOf))
  const probed = Map.groupBy(map.probes ?? [], nameOf)
  const others = [...probed].filter(([name]) => !known.has(name)).map(([, cells]) => wholeOf(cells))
  return [...views, ...others]
}

const isEndpoint = (cell: CellView): cell is EndpointView => cell.model !== null && cell.class === null
const nameOf = ({ provider, model }: { readonly provider: string; readonly model: string }) => `${provider}\n${model}`

function memberView(cell: MapCell, { epoch, epoch_seconds }: HubMap): CellView {
  const { provider, model, region, continent, class: workload, members, as_of, quantiles = {}, success } = cell
  return {
    provider,
    model: model ?? null,
    region: region ?? null,
    continent: continent ?? null,
    class: workload ?? null,
    source: 'members',
    members,
    updated_at: new Date(epochStart(Math.min(as_of, epoch) + 1, epoch_seconds)).toISOString(),
    ttft_ms: spreadOf(quantiles.ttft, cell.ttft),
    total_ms: spreadOf(quantiles.total, cell.total),
    speed: spreadOf(quantiles.speed, cell.speed),
    success: shareOf(success),
    price: cell.price ?? null,
    cache_hit: cell.cache_hit ?? null,
  }
}

function probeView(cell: Omit<ProbeCell, 'region' | 'continent' | 'class'> & Partial<ProbeCell>): CellView {
  const { provider, model, region, continent, class: workload, time, quantiles = {} } = cell
  return {
    provider,
    model,
    region: region ?? null,
    continent: continent ?? null,
    class: workload ?? null,
    source: 'probe',
    members: 0,
    updated_at: new Date(time * 1000).toISOString(),
    ttft_ms: spreadOf(quantiles.ttft, figureOf(cell.ttft)),
    total_ms: spreadOf(quantiles.total, figureOf(cell.total)),
    speed: spreadOf(quantiles.speed, figureOf(cell.speed)),
    success: shareOf(cell.success),
    price: cell.price ?? null,
    cache_hit: null,
  }
}

/** The probes of an endpoint taken together. */
function wholeOf(cells: readonly ProbeCell[]): EndpointView {
  const [{ provider, model }] = cells as readonly [ProbeCell]
  const success = { a: 0, b: 0 }
  for (const cell of cells) {
    success.a += cell.success?.a ?? 0
    success.b += cell.success?.b ?? 0
  }
  const prices = cells.flatMap(({ price }) => price ?? [])
  const times = { ttft: pooled(cells, 'ttft'), total: pooled(cells, 'total'), speed: pooled(cells, 'speed') }
  const whole = probeView({
    source: 'probe',
    provider,
    model,
    n: cells.reduce((sum, { n }) => sum + n, 0),
    time: Math.max(...cells.map(({ time }) => time)),
    success,
    ...(times.ttft && { ttft: times.ttft }),
    ...(times.total && { total: times.total }),
    ...(times.speed && { speed: times.speed }),
    ...(prices.length > 0 && { price: prices.reduce((sum, price) => sum + price, 0) / prices.length }),
  })
  return whole as EndpointView
}

/** Moments of all requests together: the variance within cells and that between them. */
function pooled(cells: readonly ProbeCell[], name: 'ttft' | 'total' | 'speed'): Moments | undefined {
  const parts = cells.flatMap((cell) => cell[name] ?? [])
  const n = parts.reduce((sum, part) => sum + part.n, 0)
  if (n === 0) return undefined
  const mean = parts.reduce((sum, part) => sum + part.n * part.mean, 0) / n
  const within = parts.reduce((sum, part) => sum + part.n * (part.var + (part.mean - mean) ** 2), 0) / n
  return { n, mean, var: within }
}

const figureOf = (moments: Moments | undefined): Figure | undefined =>
  moments && { mean: moments.mean, tau2: 0, sigma2: moments.var }

const shareOf = (success: MapCell['success']): number | null =>
  success && success.a + success.b > 0 ? rounded(success.a / (success.a + success.b)) : null

/** Without published quantiles, those of the log-normal that the figure describes. */
function spreadOf(quantiles: readonly [number, number] | undefined, figure: Figure | undefined): Spread | null {
  if (quantiles) return { p50: rounded(quantiles[0]), p95: rounded(quantiles[1]) }
  if (!figure) return null
  const { mean, tau2, sigma2 } = figure
  return { p50: rounded(Math.exp(mean)), p95: rounded(Math.exp(mean + Z95 * Math.sqrt(tau2 + sigma2))) }
}

/** Four significant digits: more than the figures are good for. */
const rounded = (value: number): number => Number(value.toPrecision(4))
