import { quantilesOf, SPEED, TIME } from '../../base/grid.ts'
import { OUTCOME_KINDS, type OutcomeKind } from '../../plugins/api.ts'
import { SparseCounts } from '../cells/counts.ts'
import { isFault, KINDS, type Sample, SPEEDS, TOTAL, TTFT } from '../sample.ts'
import type { WindowStats } from '../types.ts'
import { VlqReader, VlqWriter } from './vlq.ts'

/** Cost is kept in a file to a billionth of a dollar. */
const NANO = 1e9

const WRITER = new VlqWriter()
const whole = (sum: number) => Math.min(Number.MAX_SAFE_INTEGER, Math.round(sum))

/** What was counted in one interval of a ring. */
export class Slot {
  /** Number of the interval: its start divided by the ring's width. */
  readonly epoch: number
  #counts = new SparseCounts()
  #inputTokens = 0
  #outputTokens = 0
  #cacheReadTokens = 0
  #costUsd = 0

  constructor(epoch: number) {
    this.epoch = epoch
  }

  add(sample: Sample): void {
    this.#counts.add(KINDS + sample.kind)
    if (sample.ttftBucket >= 0) this.#counts.add(TTFT + sample.ttftBucket)
    if (sample.totalBucket >= 0) this.#counts.add(TOTAL + sample.totalBucket)
    if (sample.speedBucket >= 0) this.#counts.add(SPEEDS + sample.speedBucket)
    this.#inputTokens += sample.inputTokens
    this.#outputTokens += sample.outputTokens
    this.#cacheReadTokens += sample.cacheReadTokens
    this.#costUsd += sample.costUsd
  }

  merge(other: Slot): void {
    this.#counts.merge(other.#counts)
    this.#inputTokens += other.#inputTokens
    this.#outputTokens += other.#outputTokens
    this.#cacheReadTokens += other.#cacheReadTokens
    this.#costUsd += other.#costUsd
  }

  addTo(totals: Totals): void {
    this.#counts.addTo(totals.counts)
    totals.inputTokens += this.#inputTokens
    totals.outputTokens += this.#outputTokens
    totals.cacheReadTokens += this.#cacheReadTokens
    totals.costUsd += this.#costUsd
  }

  /** The counts, then tokens in, out, read from cache and cost in nano-dollars, all as VLQ. */
  encode(): string {
    this.#counts.encode(WRITER)
    WRITER.write(whole(this.#inputTokens))
    WRITER.write(whole(this.#outputTokens))
    WRITER.write(whole(this.#cacheReadTokens))
    WRITER.write(whole(this.#costUsd * NANO))
    return WRITER.take()
  }

  /** Reads what `encode` wrote; undefined when it is something else. */
  static decode(epoch: number, text: string): Slot | undefined {
    const reader = new VlqReader(text)
    const counts = SparseCounts.decode(reader)
    if (!counts) return undefined
    const slot = new Slot(epoch)
    slot.#counts = counts
    slot.#inputTokens = reader.next()
    slot.#outputTokens = reader.next()
    slot.#cacheReadTokens = reader.next()
    slot.#costUsd = reader.next() / NANO
    return reader.failed || !reader.done ? undefined : slot
  }
}

/** Slots added up, for reading. */
export class Totals {
  readonly counts = new Float64Array(256)
  inputTokens = 0
  outputTokens = 0
  cacheReadTokens = 0
  costUsd = 0

  /** `speedScale`: how many times their speed the speeds were counted at. */
  stats(speedScale = 1): WindowStats {
    const kinds: Partial<Record<OutcomeKind, number>> = {}
    let requests = 0
    let faults = 0
    for (const [index, kind] of OUTCOME_KINDS.entries()) {
      const count = this.counts[KINDS + index]!
      if (count === 0) continue
      kinds[kind] = count
      requests += count
      if (isFault(kind)) faults += count
    }
    const ok = kinds.ok ?? 0
    const ttftMs = quantilesOf(TIME, this.counts, TTFT)
    const totalMs = quantilesOf(TIME, this.counts, TOTAL)
    const tokensPerSecond = quantilesOf({ smallest: SPEED.smallest / speedScale }, this.counts, SPEEDS)
    return {
      requests,
      kinds,
      ...(ok + faults > 0 && { successRate: ok / (ok + faults) }),
      ...(ttftMs && { ttftMs }),
      ...(totalMs && { totalMs }),
      ...(tokensPerSecond && { tokensPerSecond }),
      inputTokens: this.inputTokens,
      outputTokens: this.outputTokens,
      cacheReadTokens: this.cacheReadTokens,
      costUsd: this.costUsd,
    }
  }
}
