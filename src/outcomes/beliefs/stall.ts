/** How long a peak is remembered when nothing else comes. Milliseconds. */
const TAU_MS = 60_000
/** One answer in forty is so many times slower than believed, or more, by chance. */
const SLOW = 2
/** A second one in a row counts when it comes within this time: trouble lasts longer. */
const TOGETHER_MS = 600_000
/** A change that decisions should know of. */
const SHIFT = 1.2
/** A smaller one is noise of this machine. Milliseconds. */
const SHIFT_MS = 5
/** What a peak keeps at most over one further observation. */
const MAX_WEIGHT = 0.8
/**
 * The same over the first one after a while of none: it is no chance one of many, and the endpoint may have been asked
 * to find out.
 */
const AFTER_PAUSE = 0.5
const PAUSE_MS = 2000

/**
 * The fast layer: peak-EWMA (Finagle, Linkerd) of `r`, the observed over the believed time to first token. With e the
 * age of the estimate c,
 *
 *     c = r                    if r > c
 *     c = w c + (1 - w) r      otherwise, w = 0.8 exp(-e / 60 s), 0.5 exp(-e / 60 s) from e = 2 s
 *
 * so a stalled answer is felt at once, and forgotten after some normal ones or a minute of none. The bound on w counts
 * observations: by time alone a busy endpoint would keep the worst of thousands of answers and look stalled because it
 * is busy. Ratios, so that classes share it.
 *
 * A single answer that is twice as slow or more is left out unless the one before it was, too: leaving a good endpoint
 * for a minute after each one that was slow by chance cost 2 % of all waiting, ten times what one more slow answer
 * costs when there is trouble.
 */
export class Stall {
  #ratio = 1
  #at = 0
  /** When there was a slow answer, if it was the latest. */
  #slowAt = Number.NEGATIVE_INFINITY
  /** What it was when it last shifted. */
  #shown = 1

  /**
   * True when it has shifted: by a fifth or more since it last did, and so many milliseconds of `believedMs` that it
   * matters.
   */
  observe(at: number, ratio: number, believedMs: number): boolean {
    const isSlow = ratio >= SLOW
    const isLone = isSlow && at - this.#slowAt > TOGETHER_MS
    this.#slowAt = isSlow ? at : Number.NEGATIVE_INFINITY
    if (isLone) return false
    const c = this.read(at)
    const w = fading(at - this.#at) * (at - this.#at > PAUSE_MS ? AFTER_PAUSE : MAX_WEIGHT)
    this.#ratio = ratio > c ? ratio : w * this.#ratio + (1 - w) * ratio
    this.#at = Math.max(this.#at, at)
    const shown = Math.max(1, this.#ratio)
    if (shown < SHIFT * this.#shown && this.#shown < SHIFT * shown) return false
    if (Math.abs(shown - this.#shown) * believedMs < SHIFT_MS) return false
    this.#shown = shown
    return true
  }

  /**
   * How many times slower than believed it is right now, at least 1. Fades towards 1, so that a shunned endpoint is
   * tried again.
   */
  read(now: number): number {
    return this.#ratio <= 1 ? 1 : 1 + (this.#ratio - 1) * fading(now - this.#at)
  }
}

const fading = (age: number) => Math.exp(-Math.max(0, age) / TAU_MS)
