import type { PublicEndpoint } from '../../protocol/types.ts'
import { addEncoded, addTally, decodeTally, encodeTally, newTally, requestsIn, type Tally } from './tally.ts'

/**
 * What waits ages in segments of half a day, counted from fixed times, which no request can shift: of four segments the
 * oldest goes when another one begins, so that a request waits for 36 to 48 epochs, and no midnight takes everything.
 */
const SEGMENT_EPOCHS = 12
const SEGMENTS = 4

const segmentOf = (epoch: number): number => Math.floor(epoch / SEGMENT_EPOCHS)

/** The oldest segment that a report of `epoch` speaks of. */
const oldestOf = (epoch: number): number => segmentOf(epoch) - SEGMENTS + 1

/** The last epoch whose report speaks of what is counted in `epoch`. */
export const waitsUntil = (epoch: number): number => (segmentOf(epoch) + SEGMENTS) * SEGMENT_EPOCHS - 1

/** The key of a cell: what it is called in public. */
export const cellKey = ({ provider, model, region }: PublicEndpoint, workloadClass: string): string =>
  `${provider}\n${model}\n${region}\n${workloadClass}`

/**
 * What waits to be reported of one public endpoint in one class: the running epoch, and the ended ones by segment. An
 * empty one costs some hundred bytes, an epoch with something in it 2 kB while it runs, and then what it holds.
 */
export class BookCell {
  readonly endpoint: PublicEndpoint
  readonly class: string
  /** That `current` is of. */
  epoch: number
  /** Noise on the threshold that it has to reach. */
  threshold: number
  #current: Tally | undefined
  /** Tallies by segment, encoded: most hold little. */
  #ended = new Map<number, readonly number[]>()

  constructor(endpoint: PublicEndpoint, workloadClass: string, epoch: number, threshold: number) {
    this.endpoint = endpoint
    this.class = workloadClass
    this.epoch = epoch
    this.threshold = threshold
  }

  get current(): Tally {
    this.#current ??= newTally()
    return this.#current
  }

  get isEmpty(): boolean {
    return this.#ended.size === 0 && (!this.#current || requestsIn(this.#current) === 0)
  }

  /** Begins an epoch: what was counted joins the ended epochs. */
  begin(epoch: number): void {
    if (!(epoch > this.epoch)) return
    this.#end(segmentOf(this.epoch))
    this.epoch = epoch
  }

  /** All that a report of `epoch` speaks of: what ended by then, and has not grown too old. */
  upTo(epoch: number): Tally {
    const tally = newTally()
    for (const [segment, ended] of this.#ended)
      if (segment >= oldestOf(epoch) && segment <= segmentOf(epoch)) addEncoded(tally, ended)
    if (this.#current && this.epoch <= epoch && segmentOf(this.epoch) >= oldestOf(epoch)) addTally(tally, this.#current)
    return tally
  }

  /** Forgets what a report of `epoch` spoke of, and everything older. */
  forget(epoch: number): void {
    for (const segment of this.#ended.keys()) if (segment <= segmentOf(epoch)) this.#ended.delete(segment)
    if (this.epoch <= epoch) this.#current = undefined
  }

  /** Forgets what no report after that of `epoch` speaks of; the requests that were. */
  age(epoch: number): number {
    let requests = 0
    for (const [segment, ended] of this.#ended) {
      if (segment >= oldestOf(epoch + 1)) continue
      requests += requestsIn(decoded(ended))
      this.#ended.delete(segment)
    }
    return requests
  }

  /** The clock was set back: what is counted from now on is of `epoch` again. */
  rewind(epoch: number): void {
    if (this.epoch <= epoch) return
    this.epoch = epoch
    const last = segmentOf(epoch)
    for (const [segment, ended] of [...this.#ended]) {
      if (segment <= last) continue
      this.#ended.delete(segment)
      this.#add(last, ended)
    }
  }

  encode() {
    const { endpoint, epoch } = this
    const current = this.#current ? encodeTally(this.#current) : []
    return { ...endpoint, class: this.class, epoch, current, ended: [...this.#ended] }
  }

  /** Undefined when it is not what `encode` gives. @param thresholdOf by key */
  static decode(value: unknown, thresholdOf: (key: string) => number): BookCell | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    const { provider, model, region, class: workloadClass, epoch } = value as Record<string, unknown>
    const { current, ended } = value as Record<string, unknown>
    const now = decodeTally(current)
    const texts = [provider, model, region, workloadClass]
    if (!now || !Array.isArray(ended) || !texts.every((text) => typeof text === 'string')) return undefined
    if (!Number.isSafeInteger(epoch)) return undefined
    const endpoint = { provider: provider as string, model: model as string, region: region as string }
    const threshold = thresholdOf(cellKey(endpoint, workloadClass as string))
    const cell = new BookCell(endpoint, workloadClass as string, epoch as number, threshold)
    if (requestsIn(now) > 0) cell.#current = now
    for (const part of ended) {
      const [segment, pairs] = Array.isArray(part) ? part : []
      const tally = decodeTally(pairs)
      if (!tally || !Number.isSafeInteger(segment)) return undefined
      cell.#add(segment, pairs)
    }
    return cell
  }

  #end(segment: number): void {
    const ended = this.#current
    this.#current = undefined
    if (ended && requestsIn(ended) > 0) this.#add(segment, encodeTally(ended))
  }

  #add(segment: number, pairs: readonly number[]): void {
    const known = this.#ended.get(segment)
    if (!known) {
      this.#ended.set(segment, pairs)
      return
    }
    const tally = decoded(known)
    addEncoded(tally, pairs)
    this.#ended.set(segment, encodeTally(tally))
  }
}

function decoded(pairs: readonly number[]): Tally {
  const tally = newTally()
  addEncoded(tally, pairs)
  return tally
}
