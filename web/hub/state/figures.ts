import type { Figure, MapCell } from '../../../src/federation/protocol/types.ts'

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

/** 95th percentile of the standard normal distribution. */
const Z95 = 1.645

/** p50 and p95 of a cell without a grid: of the log-normal distribution that its moments describe. */
const logNormal = (figure: Figure | undefined): readonly [number?, number?] =>
  figure ? [Math.exp(figure.mean), Math.exp(figure.mean + Z95 * Math.sqrt(figure.tau2 + figure.sigma2))] : []

/** Over how a figure of several parts is taken: times and speeds are spread over factors, shares over sums. */
const ON_LOGARITHMS = new Set<keyof Figures>(['ttft50', 'ttft95', 'total50', 'total95', 'speed', 'paid'])

/**
 * The figures of several parts of an endpoint as one: each part counts as its members do, since a map does not say how
 * many requests stand behind it. Of one part they are its own.
 */
export function combined(parts: readonly Figures[]): Figures {
  if (parts.length === 1) return parts[0]!
  const sums = new Map<keyof Figures, { sum: number; weight: number }>()
  let members: number | undefined
  for (const part of parts) {
    const weight = part.members ?? 1
    if (part.members !== undefined) members = Math.max(members ?? 0, part.members)
    for (const [name, value] of Object.entries(part) as [keyof Figures, number][]) {
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
