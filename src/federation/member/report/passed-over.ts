import type { PublicModel, ReportCell } from '../../protocol/types.ts'

/** So many reported requests that went to a model's other endpoints say that one without any is passed over. */
const ENOUGH = 42
/** What was reported counts for so long. */
const DAY_S = 86_400
/** Models of which something was reported that are remembered. */
const MAX_MODELS = 2_000

type Reported = readonly [epoch: number, requests: number]

/**
 * Which models this router reported on in the last day, and how much; and from that alone, which of the offered ones
 * it passes over. It is made of reports, whose noise it has, and of the configuration: it costs no request anything
 * more.
 */
export class ReportedModels {
  readonly #epochs: number
  readonly #reported = new Map<string, Reported[]>()

  constructor(epochSeconds: number) {
    this.#epochs = Math.max(1, Math.ceil(DAY_S / epochSeconds))
  }

  /** The cells of the report of an epoch. */
  note(cells: Iterable<ReportCell>, epoch: number): void {
    for (const cell of cells) {
      if (cell.n <= 0 || (this.#reported.size >= MAX_MODELS && !this.#reported.has(keyOf(cell)))) continue
      this.#reported.set(keyOf(cell), [...(this.#reported.get(keyOf(cell)) ?? []), [epoch, cell.n]])
    }
    for (const [key, reported] of this.#reported) {
      const fresh = reported.filter(([then]) => this.#isFresh(then, epoch))
      if (fresh.length > 0) this.#reported.set(key, fresh)
      else this.#reported.delete(key)
    }
  }

  /** Whether a report of the last day speaks of it. */
  includes(model: PublicModel): boolean {
    return this.#reported.has(keyOf(model))
  }

  /**
   * The models that a report of `epoch` calls passed over: in none of the reports of the last day, this one included,
   * while these speak of 42 requests or more to others that do the same. `groups`: what each offered model may be
   * served by.
   */
  passedOver(groups: Iterable<readonly PublicModel[]>, cells: readonly ReportCell[], epoch: number): PublicModel[] {
    const found = new Map<string, PublicModel>()
    const used = new Set<string>()
    for (const group of groups) {
      const requests = group.map((model) => this.#requests(model, cells, epoch))
      for (const [at, model] of group.entries()) {
        if (requests[at]! > 0) used.add(keyOf(model))
        else if (requests.reduce((sum, n) => sum + n, 0) >= ENOUGH) found.set(keyOf(model), model)
      }
    }
    return [...found]
      .filter(([key]) => !used.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { provider, model }]) => ({ provider, model }))
  }

  encode() {
    return [...this.#reported]
  }

  /** Takes what `encode` gave; anything else is nothing. */
  decode(value: unknown): void {
    if (!Array.isArray(value)) return
    const isReported = (one: unknown): one is Reported =>
      Array.isArray(one) && one.length === 2 && one.every(Number.isSafeInteger)
    for (const entry of value.slice(0, MAX_MODELS)) {
      const [key, reported] = Array.isArray(entry) ? entry : []
      if (typeof key === 'string' && Array.isArray(reported) && reported.every(isReported))
        this.#reported.set(key, reported)
    }
  }

  #requests(model: PublicModel, cells: readonly ReportCell[], epoch: number): number {
    const before = (this.#reported.get(keyOf(model)) ?? []).filter(([then]) => this.#isFresh(then, epoch))
    const now = cells.filter((cell) => keyOf(cell) === keyOf(model))
    return [...before.map(([, n]) => n), ...now.map(({ n }) => n)].reduce((sum, n) => sum + n, 0)
  }

  #isFresh(then: number, epoch: number): boolean {
    return then <= epoch && then > epoch - this.#epochs
  }
}

const keyOf = ({ provider, model }: PublicModel): string => `${provider}\n${model}`
