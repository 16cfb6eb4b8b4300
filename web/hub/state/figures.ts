import type { Figure, MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'

/** What a table shows of cells. Milliseconds, units of work per second, shares, USD per million tokens. */
export interface Figures {
  readonly ttft50?: number
  readonly ttft95?: number
  /** Of whole answers. */
  readonly total50?: number
  readonly total95?: number
  readonly speed?: number
  /** Share of requests without a fault of the provider. */
  readonly success?: number
  /** Share of input tokens read from a prompt cache. */
  readonly cacheHit?: number
  /** What members paid, input and output together. */
  readonly paid?: number
  readonly members?: number
}

export function figuresOf(cell: MapCell): Figures {
  const [ttft50, ttft95] = cell.quantiles?.ttft ?? logNormal(cell.ttft)
  const [total50, total95] = cell.quantiles?.total ?? logNormal(cell.total)
  const [speed] = cell.quantiles?.speed ?? logNormal(cell.speed)
  const { success, cache_hit: cacheHit, price: paid, members } = cell
  return {
    ...(ttft50 !== undefined && { ttft50 }),
    ...(ttft95 !== undefined && { ttft95 }),
    ...(total50 !== undefined && { total50 }),
    ...(total95 !== undefined && { total95 }),
    ...(speed !== undefined && { speed }),
    ...(success && { success: success.a / (success.a + success.b) }),
    ...(cacheHit !== undefined && { cacheHit }),
    ...(paid !== undefined && { paid }),
    ...(members !== undefined && { members }),
  }
}

/** Of what the hub measured itself. */
export function probeFigures(cell: ProbeCell): Figures {
  const { quantiles, success, price } = cell
  const figure = (name: 'ttft' | 'total' | 'speed') =>
    quantiles?.[name] ?? logNormal(cell[name] && { mean: cell[name].mean, tau2: 0, sigma2: cell[name].var })
  const [ttft50, ttft95] = figure('ttft')
  const [total50, total95] = figure('total')
  const [speed] = figure('speed')
  return {
    ...(ttft50 !== undefined && { ttft50 }),
    ...(ttft95 !== undefined && { ttft95 }),
    ...(total50 !== undefined && { total50 }),
    ...(total95 !== undefined && { total95 }),
    ...(speed !== undefined && { speed }),
    ...(success && success.a + success.b > 0 && { success: success.a / (success.a + success.b) }),
    ...(price !== undefined && { paid: price }),
  }
}

/** 95th percentile of the standard normal distribution. */
const Z95 = 1.645

/** p50 and p95 of a cell without a grid: of the log-normal distribution that its moments describe. */
const logNormal = (figure: Figure | undefined): readonly [number?, number?] =>
  figure ? [Math.exp(figure.mean), Math.exp(figure.mean + Z95 * Math.sqrt(figure.tau2 + figure.sigma2))] : []

/** Over how a figure of several parts is taken: times and speeds are spread over factors, shares over sums. */
const ON_LOGARITHMS = new Set<keyof Figures>(['ttft50', 'ttft95', 'total50', 'total95', 'speed', 'paid'])

/** Figures of a part of an endpoint's traffic, and how much they count. */
export interface Weighed {
  readonly figures: Figures
  readonly weight: number
}

/** A part counts as its members do, since a map does not say how many requests stand behind it. */
export const weighed = (cell: MapCell): Weighed => ({ figures: figuresOf(cell), weight: cell.members })
/** Of the hub's own requests their number is known. */
export const weighedProbe = (cell: ProbeCell): Weighed => ({ figures: probeFigures(cell), weight: cell.n })

/** The figures of several parts of an endpoint as one. Of one part they are its own. */
export function combined(parts: readonly Weighed[]): Figures {
  if (parts.length === 1) return parts[0]!.figures
  const sums = new Map<keyof Figures, { sum: number; weight: number }>()
  let members: number | undefined
  for (const { figures, weight } of parts) {
    if (figures.members !== undefined) members = Math.max(members ?? 0, figures.members)
    for (const [name, value] of Object.entries(figures) as [keyof Figures, number][]) {
      if (name === 'members') continue
      const own = sums.get(name) ?? { sum: 0, weight: 0 }
      own.sum += weight * (ON_LOGARITHMS.has(name) ? Math.log(Math.max(value, 1e-9)) : value)
      own.weight += weight
      sums.set(name, own)
    }
  }
  const means = [...sums].map(([name, { sum, weight }]) => {
    const mean = sum / weight
    return [name, ON_LOGARITHMS.has(name) ? Math.exp(mean) : mean] as const
  })
  return { ...Object.fromEntries(means), ...(members !== undefined && { members }) }
}
