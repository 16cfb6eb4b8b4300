import type { PlanInput } from './plan-input.ts'
import { isOfKind, kindOf, type PlanKind } from './plan-kind.ts'
import type { PreparedPlan } from './prepared-plan.ts'

/** Plans kept for a model; the one made first goes. So few that they are looked through. */
const MAX_PREPARED = 64

/** What was prepared for one model, by kind of request. */
export class PlanCache {
  readonly #kinds: PlanKind[] = []
  readonly #plans: (PreparedPlan | undefined)[] = []
  #oldest = 0
  /** Where the last one was found: the next request is mostly of the same kind. */
  #latest = 0

  /** The place of this kind of request, for `get` and `set`; -1 where it has none. */
  find(input: PlanInput, rare: string): number {
    const kinds = this.#kinds
    if (this.#latest < kinds.length && isOfKind(kinds[this.#latest]!, input, rare)) return this.#latest
    for (let at = 0; at < kinds.length; at++) {
      if (!isOfKind(kinds[at]!, input, rare)) continue
      this.#latest = at
      return at
    }
    return -1
  }

  get(place: number): PreparedPlan | undefined {
    return place < 0 ? undefined : this.#plans[place]
  }

  /** Undefined: what was kept there is not to be used again. */
  set(place: number, input: PlanInput, rare: string, plan: PreparedPlan | undefined): void {
    if (place >= 0) {
      this.#plans[place] = plan
      return
    }
    if (!plan) return
    const at = this.#kinds.length < MAX_PREPARED ? this.#kinds.length : this.#oldest
    if (at === this.#oldest && this.#kinds.length === MAX_PREPARED) this.#oldest = (at + 1) % MAX_PREPARED
    this.#kinds[at] = kindOf(input, rare)
    this.#plans[at] = plan
    this.#latest = at
  }
}
