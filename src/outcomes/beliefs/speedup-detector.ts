/** So many times faster than believed, as a logarithm, and it may be more than chance. */
const SUSPECT_LOG = Math.log(2)
/** A single answer says no more than this. */
const MAX_LOG = 2.5
/** From here on the endpoint has changed. With a spread of 0.5 chance comes so far once in some 50,000 answers. */
const CHANGED = 2

/**
 * Answers faster than believed, by a cumulative sum (Page 1954) of what is beyond twice as fast. What has become slow
 * may be better in an hour, so that weeks are not forgotten for it. But one that was slow for weeks is hardly asked any
 * more: unless it is believed soon that it has become fast, in every class of requests, it never is. If it was chance,
 * those who come find out.
 */
export class SpeedupDetector {
  #sum = 0
  #latest = 0

  /** Whether the latest answer was so much faster that the endpoint may have changed. */
  get isSuspected(): boolean {
    return this.#latest > SUSPECT_LOG
  }

  /** `log`: how many times faster than believed. True when the endpoint has changed; begins anew then. */
  observe(log: number): boolean {
    this.#latest = log
    this.#sum = Math.max(0, this.#sum + Math.min(MAX_LOG, log) - SUSPECT_LOG)
    if (this.#sum <= CHANGED) return false
    this.#sum = 0
    this.#latest = 0
    return true
  }
}
