/**
 * An endpoint was ejected, or this `operation` of it, or came back; `alert` when a person has to act (key, bill,
 * unknown model).
 */
export interface HealthChange {
  readonly endpoint: string
  readonly operation?: string
  readonly state: 'open' | 'ramping'
  readonly cause: string
  readonly alert: boolean
  readonly retryAt: number
}
