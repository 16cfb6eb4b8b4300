import { Breaker, type BreakerState } from './breaker.ts'
import { LearnedCap } from './learned-cap.ts'
import { OperationHealth, Witnesses } from './operation-health.ts'
import { Wait, Waiting } from './waiting.ts'

/** One attempt in flight, from `begin` to `end`. */
export interface Ticket {
  readonly endpoint: string
  /** True when this attempt is the one that decides about a half-open endpoint. */
  readonly probe: boolean
}

/**
 * Waiting time after a 429 that names none: doubles with each further one in a row, so that it is never longer than the
 * limit has lasted. Limits of a minute never come to a minute; a day's quota is asked about every ten.
 */
const LIMITED_MS = 1000
const MAX_BACKOFF_MS = 600_000

const OUTAGE_FAULTS = 2
const OUTAGE_SHARE = 0.3

/** What is known of the health of one endpoint. */
export class EndpointHealth {
  readonly breaker = new Breaker()
  readonly cap: LearnedCap
  readonly waiting = new Waiting()
  inFlight = 0
  probe: Ticket | undefined
  limitedUntil = 0
  /** Nobody named how long it rests. */
  #isGuess = false
  /** 429s since the last success, without those of attempts begun before a rest was over. */
  consecutive429s = 0
  /** 429s heeded ever: those of attempts begun before the last one are its echo and do not count again. */
  rateLimitEpoch = 0
  /** Operations that were found missing; made when one is. */
  operations: Map<string, OperationHealth> | undefined
  readonly witnesses = new Witnesses()

  /** `others`: routers that use it too. */
  constructor(others = 0) {
    this.cap = new LearnedCap(others)
  }

  state(now: number, operation: string): BreakerState {
    if (this.operations?.get(operation)?.breaker.state(now) === 'open') return 'open'
    return this.breaker.state(now)
  }

  /** True when at least 2 attempts and 30 % of those of the last 30 s were provider faults (429 not counted). */
  isOutage(now: number): boolean {
    const { window } = this.breaker
    const faults = window.faults(now)
    return faults >= OUTAGE_FAULTS && faults >= OUTAGE_SHARE * (faults + window.ok(now))
  }

  /** Whether a success says nothing new. */
  isWell(now: number): boolean {
    return this.consecutive429s === 0 && this.operations === undefined && this.breaker.state(now) === 'closed'
  }

  /** A shorter rest does not shorten one that it has. */
  restUntil(at: number, isGuess = false): void {
    if (at <= this.limitedUntil) return
    this.limitedUntil = at
    this.#isGuess = isGuess
  }

  /**
   * An attempt ended with a 429. `inFlight`: with it; `wait`: what the upstream asked for, in milliseconds. False where
   * that says nothing new.
   */
  limited({ rateLimitEpoch, since }: LiveTicket, inFlight: number, now: number, wait: number | undefined): boolean {
    if (rateLimitEpoch === this.rateLimitEpoch) {
      this.cap.lower(inFlight, now)
      this.rateLimitEpoch += 1
      // Asked while it rested, for want of others: the limit has not lasted any longer for that.
      if (this.consecutive429s === 0 || since >= this.limitedUntil) this.consecutive429s += 1
    } else if (wait === undefined) return false
    const backoff = Math.min(MAX_BACKOFF_MS, LIMITED_MS * 2 ** (this.consecutive429s - 1))
    this.restUntil(now + (wait ?? backoff), wait === undefined)
    return true
  }

  /** An attempt begun after the last 429 was answered. A rest that the upstream asked for holds nevertheless. */
  unlimited(now: number): void {
    this.consecutive429s = 0
    if (this.#isGuess) this.limitedUntil = Math.min(this.limitedUntil, now)
  }

  /** Forgets what is held against it: a person has seen to it. */
  close(): void {
    this.breaker.close()
    this.witnesses.clear()
    this.operations = undefined
    this.limitedUntil = 0
    this.consecutive429s = 0
  }

  operation(name: string): OperationHealth {
    this.operations ??= new Map()
    const own = this.operations.get(name) ?? new OperationHealth()
    this.operations.set(name, own)
    return own
  }
}

/** It waits for its first token, too. */
export class LiveTicket extends Wait implements Ticket {
  readonly endpoint: string
  readonly probe: boolean
  readonly health: EndpointHealth
  readonly openings: number
  readonly rateLimitEpoch: number
  readonly operation: string
  ended = false

  /** `since` and `expectedMs`: see `Wait`. */
  constructor(
    endpoint: string,
    operation: string,
    health: EndpointHealth,
    probe: boolean,
    since: number,
    expectedMs: number,
  ) {
    super(since, expectedMs)
    this.endpoint = endpoint
    this.operation = operation
    this.health = health
    this.probe = probe
    this.openings = health.breaker.openings
    this.rateLimitEpoch = health.rateLimitEpoch
    health.waiting.begin(this)
  }
}
