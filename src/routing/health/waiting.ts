import { Link } from '../../base/link.ts'

/** A wait that is only this much longer than usual is chance. */
const USUAL = 2

/** An attempt that waits for its first token. */
export class Wait extends Link {
  /** Unix ms. */
  readonly since: number
  /** Milliseconds that it was expected to take. */
  readonly expectedMs: number

  constructor(since: number, expectedMs: number) {
    super()
    this.since = since
    this.expectedMs = expectedMs
  }
}

/**
 * The attempts at one endpoint that still wait for their first token. The oldest of them is evidence before it has
 * turned out: if an endpoint hangs, a request a second later need not find out for itself. O(1).
 */
export class Waiting {
  /** In order of beginning. */
  readonly #waits = new Link()
  #lastAnswerAt = Number.NEGATIVE_INFINITY

  begin(wait: Wait): void {
    wait.append(this.#waits)
  }

  /** The wait is over; `answered` by a token, or else by a failure or the client, which shows nothing of the others. */
  end(wait: Wait, answered: boolean, now: number): void {
    // Over already.
    if (wait.next === wait) return
    wait.unlink()
    if (answered) this.#lastAnswerAt = now
  }

  /**
   * How many times slower than usual the endpoint seems from this alone, at least 1: half of the oldest wait over what
   * was expected. What passed before the last answer to any other attempt does not count: then the oldest is a
   * straggler, and the endpoint well.
   */
  ratio(now: number): number {
    const oldest = this.#waits.next
    if (!(oldest instanceof Wait)) return 1
    const silentMs = now - Math.max(oldest.since, this.#lastAnswerAt)
    return Math.max(1, silentMs / (USUAL * oldest.expectedMs))
  }
}
