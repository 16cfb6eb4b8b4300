import type { Incident } from '../../../src/federation/protocol/types.ts'
import type { History } from '../../../src/hub/publish/page-data.ts'
import type { Entry } from './endpoint-index.ts'

/** How long back, in seconds. */
export const WINDOWS = { m30: 1_800, d1: 86_400, d7: 7 * 86_400 } as const

/**
 * Shares; each absent where nothing was published in its time. The share of requests that went well, as published over
 * the time, times the share of that time without an incident: while one is open hardly anybody asks, so that the first
 * alone would not see it.
 */
export interface Uptimes {
  readonly m30?: number
  readonly d1?: number
  readonly d7?: number
}

const DAY_S = 86_400
/** A published figure speaks for this many epochs from its end on, when no newer one came. */
const LASTS_EPOCHS = 2.6

type Times = Pick<History, 'epochs' | 'epoch_seconds'>

export function uptimesOf(entry: Entry, history: Times | undefined, now: number): Uptimes {
  const of = (seconds: number) => uptimeBetween(entry, history, now - seconds, now)
  const [m30, d1, d7] = [of(WINDOWS.m30), of(WINDOWS.d1), of(WINDOWS.d7)]
  return {
    ...(m30 !== undefined && { m30 }),
    ...(d1 !== undefined && { d1 }),
    ...(d7 !== undefined && { d7 }),
  }
}

/** A day (UTC) of the strip; `uptime` undefined where nothing was published. */
export interface Day {
  /** `2026-11-28`. */
  readonly date: string
  readonly uptime?: number
}

/** The last days up to today, the oldest first. */
export function daysOf(entry: Entry, history: Times | undefined, now: number, count: number): Day[] {
  const today = Math.floor(now / DAY_S)
  return Array.from({ length: count }, (_, index) => {
    const day = today - count + 1 + index
    const uptime = uptimeBetween(entry, history, day * DAY_S, Math.min(now, (day + 1) * DAY_S))
    const date = new Date(day * DAY_S * 1000).toISOString().slice(0, 10)
    return { date, ...(uptime !== undefined && { uptime }) }
  })
}

/** `from` and `to` are Unix seconds. */
export function uptimeBetween(entry: Entry, history: Times | undefined, from: number, to: number): number | undefined {
  const success = successBetween(entry, history, from, to)
  const down = downShare(entry, from, to)
  if (success === undefined) return down > 0 ? 1 - down : undefined
  return success * (1 - down)
}

/** The mean of what was published in the time, or the last figure before it that still speaks. */
function successBetween({ series }: Entry, history: Times | undefined, from: number, to: number): number | undefined {
  if (!series || !history) return undefined
  const { epochs, epoch_seconds: length } = history
  let sum = 0
  let count = 0
  for (let at = epochs.length - 1; at >= 0; at--) {
    const end = (epochs[at]! + 1) * length
    const value = series.uptime[at]
    if (end > to || typeof value !== 'number') continue
    if (end > from) {
      sum += value
      count++
    } else return count > 0 ? sum / count : end > to - LASTS_EPOCHS * length ? value : undefined
  }
  return count > 0 ? sum / count : undefined
}

/** Share of the time in which an incident was open. One of a region counts as that region's part of the endpoint. */
function downShare(entry: Entry, from: number, to: number): number {
  if (entry.incidents.length === 0 || to <= from) return 0
  const regions = new Set(entry.parts.flatMap(({ region }) => (region === undefined || region === '-' ? [] : [region])))
  const byRegion = Map.groupBy(entry.incidents, ({ region }) => region)
  let down = 0
  for (const [region, incidents] of byRegion) {
    const part = region === '-' ? 1 : 1 / Math.max(1, regions.size)
    down += (part * secondsOf(incidents, from, to)) / (to - from)
  }
  return Math.min(1, down)
}

/** Incidents of one endpoint and region follow each other; they do not overlap. */
const secondsOf = (incidents: readonly Incident[], from: number, to: number): number =>
  incidents.reduce((sum, { opened, closed }) => {
    const start = Math.max(from, opened * 60)
    const end = Math.min(to, closed === undefined ? to : closed * 60)
    return sum + Math.max(0, end - start)
  }, 0)
