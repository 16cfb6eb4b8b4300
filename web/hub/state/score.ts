import type { Badge, EndpointRow } from './row.ts'

/** An ordinary answer. */
const INPUT_TOKENS = 1_000
const OUTPUT_TOKENS = 300
/** What a failed attempt costs beside its own time. */
const FAILURE_S = 20
/** A router's usual value of time, 0.72 USD an hour. */
const SECONDS_PER_USD = 3_600 / 0.72
const MIN_SUCCESS = 0.01

type Priced = Pick<EndpointRow, 'price' | 'paid'>

/**
 * What an ordinary answer costs, in seconds: its time, what its failures cost, and its price at the value of a second.
 * It is how the strategy `adaptive` weighs endpoints. Undefined without a time.
 */
export function costOf(row: Omit<EndpointRow, 'cost' | 'badges'>): number | undefined {
  const time = secondsOf(row)
  if (time === undefined) return undefined
  const success = Math.max(MIN_SUCCESS, row.success ?? row.uptime ?? 1)
  return time / success + (FAILURE_S * (1 - success)) / success + (usdOf(row) ?? 0) * SECONDS_PER_USD
}

/** Of a stream of an ordinary length where that is known, else of whole answers. */
function secondsOf({ ttft50, speed, total50 }: EndpointRow | Omit<EndpointRow, 'cost' | 'badges'>) {
  if (ttft50 !== undefined) return ttft50 / 1_000 + (speed ? OUTPUT_TOKENS / speed : 0)
  return total50 === undefined ? undefined : total50 / 1_000
}

/** USD of an ordinary answer. */
const usdOf = (row: Priced): number | undefined => {
  const blended = blendedPrice(row)
  return blended === undefined ? undefined : (blended * (INPUT_TOKENS + OUTPUT_TOKENS)) / 1e6
}

/** USD per million tokens of an ordinary answer: by the list, or as members paid. */
export const blendedPrice = ({ price, paid }: Priced): number | undefined =>
  price ? (price.input * INPUT_TOKENS + price.output * OUTPUT_TOKENS) / (INPUT_TOKENS + OUTPUT_TOKENS) : paid

/** Among endpoints of one model: which is best at what. Nothing is said where all are equal, or only one is known. */
export function badgesOf(rows: readonly EndpointRow[]): ReadonlyMap<string, readonly Badge[]> {
  const badges = new Map<string, Badge[]>()
  const give = (badge: Badge, value: (row: EndpointRow) => number | undefined) => {
    const known = rows.flatMap((row) => {
      const own = row.failing ? undefined : value(row)
      return own === undefined ? [] : [{ id: row.id, own }]
    })
    const best = Math.min(...known.map(({ own }) => own))
    const first = known.filter(({ own }) => own === best)
    if (known.length < 2 || first.length !== 1) return
    badges.set(first[0]!.id, [...(badges.get(first[0]!.id) ?? []), badge])
  }
  give('speed', secondsOf)
  give('price', blendedPrice)
  give('reliability', ({ uptime }) => (uptime === undefined ? undefined : -uptime))
  return badges
}
