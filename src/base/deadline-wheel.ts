import { Link } from './link.ts'

/**
 * One timer for all deadlines: a hashed timing wheel (Varghese and Lauck 1987, scheme 6). A router sets some five
 * deadlines a request and moves one at every chunk; as single timers they would cost more than the work they guard.
 */
const SLOTS = 512
/** About 30 years: stands for "never" without special cases. */
const MAX_DELAY_MS = 1e12

/** What has one deadline at a time may extend this: that is one object in place of three. */
export abstract class Deadline extends Link {
  readonly #wheel: DeadlineWheel
  pending = false
  /** The tick at which it expires. */
  due = 0

  constructor(wheel: DeadlineWheel) {
    super()
    this.#wheel = wheel
  }

  /** Called once it is `delayMs` behind `expireAfter`, unless it was cancelled. It may begin anew then. */
  abstract onExpire(): void

  /** Begins; it must not be pending. Negative and NaN count as 0, Infinity as 30 years. */
  expireAfter(delayMs: number): void {
    this.#wheel.begin(this, delayMs)
  }

  /** Takes it back. Does nothing when it has expired or was cancelled. */
  cancel(): void {
    if (this.pending) this.#wheel.remove(this)
  }

  /** Lets it expire `delayMs` from now instead. Does nothing when it has expired or was cancelled. */
  reset(delayMs: number): void {
    if (this.pending) this.#wheel.move(this, delayMs)
  }
}

class CalledDeadline extends Deadline {
  readonly #then: () => void

  constructor(wheel: DeadlineWheel, then: () => void) {
    super(wheel)
    this.#then = then
  }

  onExpire(): void {
    this.#then()
  }
}

/**
 * Deadlines of any length at O(1) each. A deadline never expires early; it is late by at most one tick and what the
 * event loop lags behind. The timer stops a tick after nothing is pending, and does not keep the process alive.
 */
export class DeadlineWheel {
  readonly #tickMs: number
  readonly #slots = Array.from({ length: SLOTS }, () => new Link())
  /** Taken out of their slots, about to be called; survives a callback that throws. */
  readonly #expired = new Link()
  #timer: NodeJS.Timeout | undefined
  #tick = 0
  #pending = 0

  /** `tickMs`: resolution in milliseconds, default 20. */
  constructor(tickMs = 20) {
    this.#tickMs = tickMs
  }

  /** Deadlines that have neither expired nor been cancelled. */
  get pending(): number {
    return this.#pending
  }

  /** Calls `onExpire` once, `delayMs` from now, unless cancelled. Negative and NaN count as 0, Infinity as 30 years. */
  add(delayMs: number, onExpire: () => void): Deadline {
    const deadline = new CalledDeadline(this, onExpire)
    this.begin(deadline, delayMs)
    return deadline
  }

  /** For `Deadline.expireAfter`. */
  begin(entry: Deadline, delayMs: number): void {
    entry.pending = true
    entry.due = this.#dueAfter(delayMs)
    entry.append(this.#slotOf(entry.due))
    this.#pending += 1
    this.#start()
  }

  /** For `Deadline.cancel`. */
  remove(entry: Deadline): void {
    entry.pending = false
    entry.unlink()
    this.#pending -= 1
  }

  /**
   * For `Deadline.reset`. A deadline that moves away stays in its slot until the wheel comes by: the common case costs
   * one store.
   */
  move(entry: Deadline, delayMs: number): void {
    const before = entry.due
    entry.due = this.#dueAfter(delayMs)
    if (entry.due >= before && before > this.#tick) return
    entry.unlink()
    entry.append(this.#slotOf(entry.due))
  }

  #dueAfter(delayMs: number): number {
    const delay = delayMs > 0 ? Math.min(delayMs, MAX_DELAY_MS) : 0
    return Math.ceil((performance.now() + delay) / this.#tickMs)
  }

  /** Never a slot that the wheel has passed in this round. */
  #slotOf(due: number): Link {
    const tick = this.#timer === undefined ? due : Math.max(due, this.#tick + 1)
    return this.#slots[tick % SLOTS] as Link
  }

  #start(): void {
    if (this.#timer !== undefined) return
    this.#tick = Math.floor(performance.now() / this.#tickMs) - 1
    this.#timer = setInterval(() => this.#advance(), this.#tickMs)
    this.#timer.unref()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #advance(): void {
    // Not before: where requests come one at a time, each would start a timer and stop it.
    if (this.#pending === 0) {
      this.#stop()
      return
    }
    const now = Math.floor(performance.now() / this.#tickMs)
    // After a long pause one round meets every slot; more would only turn in circles.
    this.#tick = Math.max(this.#tick, now - SLOTS)
    while (this.#tick < now) {
      this.#tick += 1
      this.#collect(this.#slots[this.#tick % SLOTS] as Link, now)
    }
    for (let link = this.#expired.next; link !== this.#expired; link = this.#expired.next) {
      const entry = link as Deadline
      this.remove(entry)
      entry.onExpire()
    }
  }

  #collect(slot: Link, now: number): void {
    for (let link = slot.next; link !== slot; ) {
      const entry = link as Deadline
      link = entry.next
      if (entry.due > now && entry.due % SLOTS === this.#tick % SLOTS) continue
      entry.unlink()
      entry.append(entry.due <= now ? this.#expired : this.#slotOf(entry.due))
    }
  }
}
