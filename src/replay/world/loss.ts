import { paidFor } from './site-run.ts'
import type { Arrival, RecordedOutcome, World } from './types.ts'

/** Seconds that these dollars are worth. */
export const inSeconds = (usd: number, { valueOfTime }: World): number =>
  valueOfTime > 0 ? (3600 * usd) / valueOfTime : 0

/** Seconds lost by taking this endpoint, without anybody else to ask: waiting, price, and what a failure costs. */
export function lossOf(world: World, arrival: Arrival, endpoint: string, outcome: RecordedOutcome): number {
  if (outcome.kind !== 'ok') return outcome.totalS + world.failCostS
  const usd = paidFor(arrival, outcome, world.endpoints.get(endpoint)?.price)
  return outcome.totalS + inSeconds(usd, world) + (outcome.lostS ?? 0)
}
