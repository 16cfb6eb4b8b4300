import { FaultWindow } from './fault-window.ts'

/** `open`: ejected. `half-open`: one probe at a time. `ramping`: back, with a growing share of the traffic. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'ramping'

export interface Ejection {
  readonly baseMs: number
  readonly maxMs: number
}

/**
 * Faults that may pass: 30 s, doubling up to 10 min, or to ten times what a probe costs its request when that is less
 * (at least 1 min): an endpoint that refuses at once is asked again soon, and gets its share back soon; one that hangs
 * is left in peace.
 */
export const faultEjection = (spentMs: number): Ejection => ({
  baseMs: 30_000,
  maxMs: Math.min(600_000, Math.max(60_000, 10 * spentMs)),
})
/**
 * Wrong key, unpaid bill, unknown model: these last until a person acts, so they are asked about less often. 5 min,
 * doubling up to 1 h.
 */
export const ALERT_EJECTION: Ejection = { baseMs: 300_000, maxMs: 3_600_000 }

const FAULTS_IN_A_ROW = 3
const RAMP_MS = 30_000
const RAMP_START = 0.1
/** The next ejection's length halves for each such time without an ejection. */
const HEALTHY_MS = 300_000
const NEVER = Number.NEGATIVE_INFINITY

/** The circuit breaker of one endpoint. State follows from the times kept here, so it needs no timer. */
export class Breaker {
  readonly window = new FaultWindow()
  /** How often it has opened: an attempt begun before the last opening says nothing about the time after it. */
  openings = 0
  /** Why it opened last. */
  cause = ''
  /** When it opened last. */
  openedAt = NEVER
  #openUntil = NEVER
  #closedAt = NEVER
  #inARow = 0
  /** Ejections so far, less those forgiven: the exponent of the next one's length. */
  #level = 0

  state(now: number): BreakerState {
    if (this.#openUntil !== NEVER) return now < this.#openUntil ? 'open' : 'half-open'
    return now - this.#closedAt < RAMP_MS ? 'ramping' : 'closed'
  }

  /** When it may be probed; in the past unless it is open. */
  get openUntil(): number {
    return this.#openUntil
  }

  /** Share of the traffic that a ramping endpoint gets, 0.1 to 1, linear in time. */
  share(now: number): number {
    return Math.min(1, RAMP_START + ((1 - RAMP_START) * (now - this.#closedAt)) / RAMP_MS)
  }

  /** A success of an attempt begun since the last opening, a probe or not. */
  success(now: number): void {
    this.window.add(true, now)
    this.#inARow = 0
    if (this.#openUntil === NEVER) return
    this.#openUntil = NEVER
    this.#closedAt = now
    this.window.clear()
  }

  /**
   * A provider fault of an attempt that took `spentMs`, begun since the last opening. True when it opened the breaker.
   */
  fault(cause: string, ejection: Ejection | undefined, now: number, spentMs: number): boolean {
    this.window.add(false, now)
    this.#inARow += 1
    const state = this.state(now)
    // A request that was let in as a last resort proves nothing new about an endpoint that is still ejected.
    if (state === 'open') return false
    if (ejection !== undefined) this.open(cause, ejection, now)
    else if (state === 'half-open') this.open(`the probe failed: ${cause}`, faultEjection(spentMs), now)
    else if (this.#inARow >= FAULTS_IN_A_ROW)
      this.open(`${FAULTS_IN_A_ROW} faults in a row, last ${cause}`, faultEjection(spentMs), now)
    else return false
    return true
  }

  open(cause: string, ejection: Ejection, now: number): void {
    if (this.#openUntil === NEVER && this.#closedAt !== NEVER) {
      this.#level = Math.max(0, this.#level - Math.floor((now - this.#closedAt) / HEALTHY_MS))
    }
    this.#open(cause, now + Math.min(ejection.maxMs, ejection.baseMs * 2 ** this.#level), now)
  }

  /** Ejected elsewhere. What this one has ejected itself stays out as long as either says. */
  merge(cause: string, until: number, now: number): void {
    const bounded = Math.min(until, now + ALERT_EJECTION.maxMs)
    if (bounded > now && bounded > this.#openUntil) this.#open(cause, bounded, now)
  }

  /** A person says that it is well. */
  close(): void {
    this.window.clear()
    this.#openUntil = NEVER
    this.#closedAt = NEVER
    this.#inARow = 0
    this.#level = 0
  }

  #open(cause: string, until: number, now: number): void {
    this.openedAt = now
    this.#openUntil = until
    // Beyond 2^7 every ejection has its full length; higher levels would only take longer to forgive.
    this.#level = Math.min(7, this.#level + 1)
    this.openings += 1
    this.cause = cause
    this.#inARow = 0
  }
}
