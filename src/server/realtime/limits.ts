/** What realtime sessions may take. Sizes in bytes, times in milliseconds. */
export interface RealtimeLimits {
  /** At once. */
  readonly sessions: number
  /** Absent: no limit of its own. */
  readonly sessionsPerKey?: number
  /** Of one message, either way. */
  readonly frameLimit: number
  /** In which somebody has to say something. */
  readonly idleMs: number
  readonly maxDurationMs: number
}
