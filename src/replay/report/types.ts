import type { Interval } from '../statistics.ts'

/** What a replay shows, to the terminal and as a page. Figures are seconds unless a column says otherwise. */
export interface ReplayReport {
  readonly title: string
  readonly facts: string
  /** Title of the figure that rows are compared by; smaller is better. */
  readonly value: string
  /** Titles of the columns after it. */
  readonly more: readonly string[]
  readonly curve?: { readonly title: string; readonly x: string }
  readonly rows: readonly ReportRow[]
  /** What has to be seen before the notes. */
  readonly remarks?: readonly string[]
  readonly notes: readonly string[]
}

export interface ReportRow {
  readonly name: string
  /** Not a strategy, but something to compare with. */
  readonly baseline: boolean
  readonly value: number
  readonly interval: Interval | null
  /** Numbers in the order of `ReplayReport.more`; text stands as it is. */
  readonly more: readonly (number | string)[]
  /** The value over time. */
  readonly curve?: readonly number[]
}
