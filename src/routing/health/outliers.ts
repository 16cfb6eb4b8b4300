import type { EndpointHealth } from './endpoint-health.ts'
import type { FaultWindow } from './fault-window.ts'

const MIN_ATTEMPTS = 10
const POINTS_BELOW = 0.3

export interface Outlier {
  readonly index: number
  /** Says what was measured. */
  readonly cause: string
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

/**
 * Which of the windows, in the last 30 s, hold at least 10 attempts and a success rate at least 30 points below the
 * others taken together (which must hold 10 as well: without peers to compare with nobody is an outlier).
 */
export function findOutliers(windows: readonly (FaultWindow | undefined)[], now: number): readonly Outlier[] {
  let ok = 0
  let faults = 0
  for (const window of windows) {
    if (window === undefined) continue
    ok += window.ok(now)
    faults += window.faults(now)
  }
  const found: Outlier[] = []
  if (faults < MIN_ATTEMPTS * POINTS_BELOW) return found
  for (const [index, window] of windows.entries()) {
    if (window === undefined) continue
    const own = window.ok(now) + window.faults(now)
    const others = ok + faults - own
    if (own < MIN_ATTEMPTS || others < MIN_ATTEMPTS) continue
    const rate = window.ok(now) / own
    const peers = (ok - window.ok(now)) / others
    if (rate > peers - POINTS_BELOW) continue
    found.push({ index, cause: `${percent(rate)} of the last ${own} succeeded, ${percent(peers)} at its peers` })
  }
  return found
}

/** Whether one of these endpoints had a fault in the last 30 s: without one there is nothing to compare. */
export function anyFault(
  endpoints: readonly { readonly id: string }[],
  healths: ReadonlyMap<string, EndpointHealth>,
  now: number,
): boolean {
  for (let at = 0; at < endpoints.length; at++) {
    const window = healths.get(endpoints[at]!.id)?.breaker.window
    if (window && window.faults(now) > 0) return true
  }
  return false
}
