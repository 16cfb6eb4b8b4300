import { Breaker } from './breaker.ts'

/** How a fault is to be counted, as far as its upstream says. */
export interface FaultDetails {
  readonly retryAfterMs?: number | undefined
  /** See `Failure.about`. */
  readonly about?: 'endpoint' | 'operation' | 'request' | undefined
  /** Tells requests apart: one that comes again is not a second witness. */
  readonly witness?: string | undefined
  /** It may be one request's, so that it counts from a second, different one on. */
  readonly isDoubtful?: boolean
}

/** Faults that may be one request's: believed when a second, different one meets them without a success in between. */
export class Witnesses {
  #first: string | undefined

  /** True for a second, different witness. */
  confirms(witness: string | undefined): boolean {
    if (witness === undefined || (this.#first !== undefined && this.#first !== witness)) return true
    this.#first = witness
    return false
  }

  clear(): void {
    this.#first = undefined
  }
}

/** Of an operation that an endpoint seems not to have. */
export class OperationHealth {
  readonly breaker = new Breaker()
  /** The attempt that decides whether it is there again. */
  probe: object | undefined
  readonly witnesses = new Witnesses()

  succeed(now: number): void {
    this.witnesses.clear()
    this.breaker.success(now)
  }
}
