/** Models are changed behind their names: what was said of one counts half after 30 days. */
const RATE = Math.LN2 / (30 * 24 * 3_600_000)

export interface Quality {
  /** Answers judged by the router, and those of them that were valid. */
  readonly judged: number
  readonly valid: number
  /** Weight of the opinions, and the sum of weight times score. */
  readonly weight: number
  readonly good: number
}

/** Decayed sums over answers: as of the last one, decayed when read. */
export class QualitySums {
  #at = 0
  #judged = 0
  #valid = 0
  #weight = 0
  #good = 0

  /** Unix ms of the last answer. */
  get at(): number {
    return this.#at
  }

  /** So many answers, and how many of them were valid. */
  judge(judged: number, valid: number, now: number): void {
    const share = this.#advance(now)
    this.#judged += share * judged
    this.#valid += share * valid
  }

  learn({ score, weight, at }: { readonly score: number; readonly weight: number; readonly at: number }): void {
    const share = weight * this.#advance(at)
    this.#weight += share
    this.#good += share * score
  }

  /** Takes back what was learned at its time. */
  unlearn({ score, weight, at }: { readonly score: number; readonly weight: number; readonly at: number }): void {
    const share = weight * decay(this.#at - at)
    this.#weight = Math.max(0, this.#weight - share)
    this.#good = Math.min(this.#weight, Math.max(0, this.#good - share * score))
  }

  read(now: number): Quality {
    const share = decay(now - this.#at)
    return {
      judged: this.#judged * share,
      valid: this.#valid * share,
      weight: this.#weight * share,
      good: this.#good * share,
    }
  }

  encode(): number[] {
    return [this.#at, ...[this.#judged, this.#valid, this.#weight, this.#good].map((sum) => Number(sum.toPrecision(7)))]
  }

  /** Undefined when these are no sums. */
  static decode(values: readonly unknown[]): QualitySums | undefined {
    const [at, judged, valid, weight, good] = values as number[]
    if (values.length !== 5 || !values.every((value) => Number.isFinite(value) && (value as number) >= 0))
      return undefined
    const sums = new QualitySums()
    sums.#at = at!
    sums.#judged = judged!
    sums.#valid = Math.min(valid!, judged!)
    sums.#weight = weight!
    sums.#good = Math.min(good!, weight!)
    return sums
  }

  /** Brings the sums to `at`; what an observation of that time counts: less than one when it is older than the last. */
  #advance(at: number): number {
    const age = at - this.#at
    if (age <= 0) return decay(-age)
    const share = decay(age)
    this.#judged *= share
    this.#valid *= share
    this.#weight *= share
    this.#good *= share
    this.#at = at
    return 1
  }
}

export const decay = (age: number) => Math.exp(-Math.max(0, age) * RATE)
