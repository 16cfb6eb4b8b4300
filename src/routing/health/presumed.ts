/** As long as what others use takes to become known here, with some to spare. Milliseconds. */
const UNSHARED_MS = 100

/**
 * What others that share a limit have used lately and not reported yet: as much as this one has, until they report
 * more. So each of them takes its share of what is left, and together they go over it by one request each at the most.
 */
export class Presumed {
  readonly #others: number
  readonly #own = new Recent()
  readonly #reported = new Recent()

  /** @param others that share the limit */
  constructor(others: number) {
    this.#others = others
  }

  use(at: number, requests: number, tokens: number): void {
    this.#own.add(at, requests, tokens)
  }

  report(at: number, requests: number, tokens: number): void {
    this.#reported.add(at, requests, tokens)
  }

  requests(now: number): number {
    return Math.max(0, this.#others * this.#own.requests(now) - this.#reported.requests(now))
  }

  tokens(now: number): number {
    return Math.max(0, this.#others * this.#own.tokens(now) - this.#reported.tokens(now))
  }
}

/** Requests and tokens of the last 100 to 200 ms. */
class Recent {
  #period = 0
  readonly #requests: [current: number, last: number] = [0, 0]
  readonly #tokens: [current: number, last: number] = [0, 0]

  add(at: number, requests: number, tokens: number): void {
    this.#turn(at)
    const age = this.#period - Math.floor(at / UNSHARED_MS)
    if (age > 1) return
    this.#requests[age]! += requests
    this.#tokens[age]! += tokens
  }

  requests(now: number): number {
    this.#turn(now)
    return this.#requests[0] + this.#requests[1]
  }

  tokens(now: number): number {
    this.#turn(now)
    return this.#tokens[0] + this.#tokens[1]
  }

  #turn(now: number): void {
    const period = Math.floor(now / UNSHARED_MS)
    if (period <= this.#period) return
    for (const sums of [this.#requests, this.#tokens]) {
      sums[1] = period === this.#period + 1 ? sums[0] : 0
      sums[0] = 0
    }
    this.#period = period
  }
}
