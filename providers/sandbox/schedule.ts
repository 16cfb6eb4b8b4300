/** One repeated fault of one model, as it stands in the options. */
export interface OutageOption {
  readonly model: string
  /**
   * Length of a period, and of the fault at its beginning, e.g. `5m` and `45s`. Periods are counted from midnight UTC,
   * 1 January 1970.
   */
  readonly every: string
  readonly for: string
  /** `outage` answers 503; `brownout` takes `BROWNOUT_FACTOR` times as long. */
  readonly kind: 'outage' | 'brownout'
}

export const BROWNOUT_FACTOR = 5

export const DURATION_PATTERN = '^\\d+(?:\\.\\d+)?(?:ms|s|m|h)$'

export type FaultNow = (model: string, now: number) => OutageOption['kind'] | undefined

/** What the schedule does to a model at a moment in Unix milliseconds; an outage wins over a brown-out. */
export function scheduleOf(outages: readonly OutageOption[]): FaultNow {
  const rows = outages.map((outage) => ({
    ...outage,
    everyMs: durationMs(outage.every),
    forMs: durationMs(outage.for),
  }))
  rows.sort((a, b) => b.kind.localeCompare(a.kind))
  return (model, now) =>
    rows.find((row) => row.model === model && row.everyMs > 0 && now % row.everyMs < row.forMs)?.kind
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** The schema has checked the form. */
const durationMs = (text: string): number => Number.parseFloat(text) * UNIT_MS[text.replace(/[\d.]+/, '')]!
