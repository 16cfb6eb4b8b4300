import type { Writable } from '../../base/writable.ts'
import type { JudgementDelta } from '../../outcomes/quality/quality.ts'

/** Judgements of one context come by the hundred between two messages: one sum says the same. */
export class JudgementSums {
  /** By model, class and task. */
  readonly #sums = new Map<string, Map<string, Writable<JudgementDelta>>>()

  /** Whether it is the first of its context. */
  add(delta: JudgementDelta): boolean {
    const { model, class: workload, task } = delta.context
    let sums = this.#sums.get(model)
    if (!sums) {
      sums = new Map()
      this.#sums.set(model, sums)
    }
    const key = task === undefined ? workload : `${workload}\n${task}`
    const sum = sums.get(key)
    if (!sum) {
      sums.set(key, { ...delta })
      return true
    }
    sum.judged += delta.judged
    sum.valid += delta.valid
    sum.at = Math.max(sum.at, delta.at)
    return false
  }

  /** Moves them to the end of `list`. */
  take(list: object[]): void {
    for (const sums of this.#sums.values()) for (const sum of sums.values()) list.push(sum)
    this.#sums.clear()
  }
}
