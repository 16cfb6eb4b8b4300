import type { UsageDelta } from '../../outcomes/usage/usage-book.ts'
import type { MetricsDelta } from '../../reports/metrics.ts'
import type { SharedDelta } from '../sharing.ts'
import { UnsentDeltas } from './deltas.ts'
import type { Batch } from './messages.ts'
import { UnsentLines } from './unsent-lines.ts'

/** How long what was learned waits for company. Milliseconds. */
const LINGER_MS = 50
/** Deltas that wait while they are not taken. More are dropped: no request waits for another process. */
const CAPACITY = 20_000

/** What a worker has for the process that holds the state: collected, and sent in batches, one at a time. */
export class BatchSender {
  readonly #send: (batch: Batch, sent: () => void) => void
  readonly #deltas = new UnsentDeltas()
  readonly #lines = new UnsentLines()
  #dropped = 0
  /** Batches that the system has not taken yet: it takes none while too much waits to be read. */
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  /** Counts that go along. */
  metrics: () => MetricsDelta | undefined = () => undefined
  /** What clients used, summed up, goes along. */
  usage: () => readonly UsageDelta[] = () => []

  /** `send` calls `sent` once the system has taken the batch. */
  constructor(send: (batch: Batch, sent: () => void) => void) {
    this.#send = send
  }

  delta(delta: SharedDelta): void {
    if (this.#deltas.count < CAPACITY) this.#deltas.add(delta)
    else this.#dropped++
    this.#arm()
  }

  /** A line of the decision log, in UTF-8, without its line end. */
  line(line: Uint8Array): void {
    this.#lines.add(line)
    this.#arm()
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const metrics = this.metrics()
    for (const delta of this.usage()) this.#deltas.add(delta)
    const lines = this.#lines.take()
    if (this.#deltas.count === 0 && lines.length === 0 && metrics === undefined) return
    this.#underWay++
    const deltas = this.#deltas.count > 0 && { deltas: this.#deltas.take() }
    const dropped = this.#dropped + this.#lines.lost
    this.#send({ type: 'batch', ...deltas, lines, metrics, dropped }, this.#sent)
  }

  readonly #sent = (): void => {
    this.#underWay--
    if (this.#underWay === 0 && (this.#deltas.count > 0 || !this.#lines.isEmpty)) this.#arm()
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#underWay > 0) return
    this.#timer = setTimeout(() => this.flush(), LINGER_MS)
  }
}
