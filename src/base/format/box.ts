/** Places on one axis, all in the same unit. */
export interface Box {
  readonly min: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
  readonly max: number
}
