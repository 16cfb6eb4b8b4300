import type { Figure, MapCell } from '../../../src/federation/protocol/types.ts'

/** What a table shows of a cell. Milliseconds, tokens per second, shares, USD per million tokens. */
export interface Figures {
  readonly ttft50?: number
  readonly ttft95?: number
  readonly total50?: number
  readonly speed?: number
  readonly uptime?: number
  readonly price?: number
  readonly members?: number
}

export function figuresOf(cell: MapCell): Figures {
  const [ttft50, ttft95] = cell.quantiles?.ttft ?? logNormal(cell.ttft)
  const [total50] = cell.quantiles?.total ?? logNormal(cell.total)
  const [speed] = cell.quantiles?.speed ?? logNormal(cell.speed)
  const uptime = cell.success && cell.success.a / (cell.success.a + cell.success.b)
  const all = { ttft50, ttft95, total50, speed, uptime, price: cell.price, members: cell.members }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** 95th percentile of the standard normal distribution. */
const Z95 = 1.645

/** p50 and p95 of a cell without a grid: of the log-normal distribution that its moments describe. */
const logNormal = (figure: Figure | undefined): readonly [number?, number?] =>
  figure ? [Math.exp(figure.mean), Math.exp(figure.mean + Z95 * Math.sqrt(figure.tau2 + figure.sigma2))] : []
