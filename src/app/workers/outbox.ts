import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import { type LinePlace, LineRing } from '../../outcomes/log/line-ring.ts'
import type { MetricsDelta } from '../../reports/metrics.ts'
import type { SharedDelta } from '../sharing.ts'
import { type Batch, deltaBytes } from './messages.ts'

/** How long what was learned waits for company. Milliseconds. */
const LINGER_MS = 50
/** Deltas, and lines, that wait while they are not taken. More are dropped: no request waits for another process. */
const CAPACITY = 20_000

interface Line {
  readonly place: LinePlace
  readonly id: string
  readonly upstreamId: string
}

/** What a worker has for the process that holds the state: collected, and sent in batches, one at a time. */
export class Outbox {
  readonly #send: (batch: Batch) => void
  readonly #ring = new LineRing()
  #deltas: SharedDelta[] = []
  #lines: Line[] = []
  #dropped = 0
  /** Batches sent and not taken yet. */
  #sent = 0
  #timer: NodeJS.Timeout | undefined
  /** Counts that go along. */
  metrics: () => MetricsDelta | undefined = () => undefined

  constructor(send: (batch: Batch) => void) {
    this.#send = send
  }

  delta(delta: SharedDelta): void {
    if (this.#deltas.length < CAPACITY) this.#deltas.push(delta)
    else this.#dropped++
    this.#arm()
  }

  record(request: FinishedRequest): void {
    this.#add({ place: this.#ring.add(request), id: request.id, upstreamId: request.upstreamId ?? '' })
  }

  /** A line of another kind. */
  line(text: string): void {
    this.#add({ place: this.#ring.addLine(text), id: '', upstreamId: '' })
  }

  /** The oldest batch has been taken. */
  taken(): void {
    this.#sent--
    if (this.#sent === 0 && (this.#deltas.length > 0 || this.#lines.length > 0)) this.#arm()
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const metrics = this.metrics()
    if (this.#deltas.length === 0 && this.#lines.length === 0 && metrics === undefined) return
    const lines: [Uint8Array, string, string][] = []
    for (const { place, id, upstreamId } of this.#lines) {
      const line = this.#ring.bytesAt(place)
      if (line === undefined) this.#dropped++
      else lines.push([line, id, upstreamId])
    }
    const deltas = this.#deltas
    this.#deltas = []
    this.#lines = []
    this.#sent++
    this.#send({
      type: 'batch',
      ...(deltas.length > 0 && { deltas: deltaBytes(deltas) }),
      lines,
      metrics,
      dropped: this.#dropped,
    })
  }

  #add(line: Line): void {
    if (this.#lines.length < CAPACITY) this.#lines.push(line)
    else this.#dropped++
    this.#arm()
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#sent > 0) return
    this.#timer = setTimeout(() => this.flush(), LINGER_MS)
  }
}
