import type { PublicEndpoint } from '../../protocol/types.ts'
import { addTally, decodeTally, encodeTally, newTally, requestsIn, type Tally } from './tally.ts'

/**
 * Epochs after which a cell that is still too small is dropped: counted from fixed times, which no request can shift.
 */
export const WINDOW_EPOCHS = 24

export const windowOf = (epoch: number): number => Math.floor(epoch / WINDOW_EPOCHS)

/** The key of a cell: what it is called in public. */
export const cellKey = ({ provider, model, region }: PublicEndpoint, workloadClass: string): string =>
  `${provider}\n${model}\n${region}\n${workloadClass}`

/**
 * What waits to be reported of one public endpoint in one class: the running epoch, and the ended ones of its window.
 */
export class BookCell {
  readonly endpoint: PublicEndpoint
  readonly class: string
  /** That `current` is of. */
  epoch: number
  /** Noise on the threshold that it has to reach, drawn when it begins to wait. */
  threshold: number
  readonly current: Tally = newTally()
  readonly #ended: Tally = newTally()
  /** That `#ended` is of; it may be the last one, until that is reported. */
  #window: number

  constructor(endpoint: PublicEndpoint, workloadClass: string, epoch: number, threshold: number) {
    this.endpoint = endpoint
    this.class = workloadClass
    this.epoch = epoch
    this.threshold = threshold
    this.#window = windowOf(epoch)
  }

  get isEmpty(): boolean {
    return requestsIn(this.current) === 0 && requestsIn(this.#ended) === 0
  }

  /**
   * Begins an epoch: what was counted joins the ended epochs. Those of an earlier window go; the requests that are lost
   * so.
   */
  begin(epoch: number): number {
    if (!(epoch > this.epoch)) return 0
    const window = windowOf(this.epoch)
    const lost = this.#window < window ? this.#clear() : 0
    addTally(this.#ended, this.current)
    this.current.fill(0)
    this.#window = window
    this.epoch = epoch
    return lost
  }

  /** All that a report of `epoch` speaks of: what ended by then, in its window. */
  upTo(epoch: number): Tally {
    const tally = newTally()
    if (this.#window === windowOf(epoch)) addTally(tally, this.#ended)
    if (this.epoch <= epoch && windowOf(this.epoch) === windowOf(epoch)) addTally(tally, this.current)
    return tally
  }

  /** Forgets what a report of `epoch` spoke of, and everything older; the requests that were. */
  forget(epoch: number): number {
    let requests = this.#window <= windowOf(epoch) ? this.#clear() : 0
    if (this.epoch <= epoch) {
      requests += requestsIn(this.current)
      this.current.fill(0)
    }
    return requests
  }

  /** The clock was set back: what is counted from now on is of `epoch` again. */
  rewind(epoch: number): void {
    if (this.epoch <= epoch) return
    this.epoch = epoch
    this.#window = Math.min(this.#window, windowOf(epoch))
  }

  encode() {
    const { endpoint, epoch, threshold } = this
    const [current, ended] = [encodeTally(this.current), encodeTally(this.#ended)]
    return { ...endpoint, class: this.class, epoch, threshold, window: this.#window, current, ended }
  }

  /** Undefined when it is not what `encode` gives. */
  static decode(value: unknown): BookCell | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const {
      provider,
      model,
      region,
      class: workloadClass,
      epoch,
      threshold,
      window,
      current,
      ended,
    } = value as Record<string, unknown>
    const [now, before] = [decodeTally(current), decodeTally(ended)]
    const texts = [provider, model, region, workloadClass]
    const numbers = [epoch, threshold, window]
    if (!now || !before || !texts.every((text) => typeof text === 'string') || !numbers.every(Number.isSafeInteger))
      return undefined
    const endpoint = { provider: provider as string, model: model as string, region: region as string }
    const cell = new BookCell(endpoint, workloadClass as string, epoch as number, threshold as number)
    addTally(cell.current, now)
    addTally(cell.#ended, before)
    cell.#window = window as number
    return cell
  }

  #clear(): number {
    const requests = requestsIn(this.#ended)
    this.#ended.fill(0)
    return requests
  }
}
