import { roundStep } from './plot-scale.ts'
import type { EndpointRow } from './row.ts'
import { blendedPrice } from './score.ts'

/** Points drawn; of more the best stay. */
const MAX_POINTS = 150
const MIN_POINTS = 2

/** An endpoint in the plane of price and speed; both from 0 (left, below) to 1, on logarithms. */
export interface ChartPoint {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly price: number
  readonly value: number
  readonly x: number
  readonly y: number
  /** No other is both cheaper and faster. */
  readonly front?: true
}

interface Axis {
  readonly ticks: readonly { readonly value: number; readonly at: number }[]
}

export interface ChartData {
  /** `speed`: work per second, upwards is better; `total`: milliseconds of a whole answer, downwards is better. */
  readonly measure: 'speed' | 'total'
  readonly points: readonly ChartPoint[]
  readonly x: Axis
  readonly y: Axis
  /** Endpoints that have both figures. */
  readonly known: number
}

/** Price against speed, or against the time of whole answers where more endpoints have that; undefined for too few. */
export function chartOf(rows: readonly EndpointRow[]): ChartData | undefined {
  const bySpeed = rows.filter((row) => row.speed !== undefined && isPriced(row))
  const byTotal = rows.filter((row) => row.total50 !== undefined && isPriced(row))
  const measure = bySpeed.length >= byTotal.length ? 'speed' : 'total'
  const known = measure === 'speed' ? bySpeed : byTotal
  if (known.length < MIN_POINTS) return undefined
  const shown = known.length <= MAX_POINTS ? known : known.toSorted(byCost).slice(0, MAX_POINTS)
  const values = shown.map((row) => ({ row, price: blendedPrice(row)!, value: (row.speed ?? row.total50)! }))
  if (measure === 'total') for (const one of values) one.value = one.row.total50!
  const x = scaleOf(values.map(({ price }) => price))
  const y = scaleOf(values.map(({ value }) => value))
  const isBetter = (a: number, b: number) => (measure === 'speed' ? a >= b : a <= b)
  const points = values.map(({ row: { id, name, provider }, price, value }): ChartPoint => {
    const isBeaten = values.some(
      (other) => other.price <= price && isBetter(other.value, value) && (other.price < price || other.value !== value),
    )
    const place = { x: rounded(x.at(price)), y: rounded(y.at(value)) }
    return { id, name, provider, price, value, ...place, ...(!isBeaten && { front: true as const }) }
  })
  return { measure, points, x: { ticks: x.ticks }, y: { ticks: y.ticks }, known: known.length }
}

/** What is free has no place on a logarithm. */
const isPriced = (row: EndpointRow): boolean => (blendedPrice(row) ?? 0) > 0
const byCost = (a: EndpointRow, b: EndpointRow) => (a.cost ?? Infinity) - (b.cost ?? Infinity)
const rounded = (value: number) => Math.round(value * 1_000) / 1_000

/** Room at both ends, as a factor. */
const MARGIN = 1.25
const STEPS = [1, 2, 5]
const MIN_TICKS = 3
const MAX_TICKS = 7

/** A logarithmic scale over values, with ticks at 1, 2 and 5 times powers of ten, at these alone, or even ones. */
function scaleOf(own: readonly number[]) {
  const low = Math.log(Math.min(...own) / MARGIN)
  const high = Math.log(Math.max(...own) * MARGIN)
  const at = (value: number) => (Math.log(value) - low) / (high - low)
  const powers = Array.from(
    { length: Math.ceil(high / Math.LN10) - Math.floor(low / Math.LN10) + 1 },
    (_, index) => Math.floor(low / Math.LN10) + index,
  )
  const inside = (steps: readonly number[]) =>
    powers
      .flatMap((power) => steps.map((step) => Number((step * 10 ** power).toPrecision(1))))
      .filter((value) => at(value) >= 0 && at(value) <= 1)
  const all = inside(STEPS)
  const values = all.length < MIN_TICKS ? even(Math.exp(low), Math.exp(high)) : all
  const ticks = (values.length <= MAX_TICKS ? values : inside([1])).map((value) => ({ value, at: rounded(at(value)) }))
  return { at, ticks }
}

/** Round values at even distances. */
function even(low: number, high: number): number[] {
  const step = roundStep((high - low) / (MIN_TICKS + 1))
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(6)))
}
