import type { RequestRecord } from '../../plugins/api.ts'
import { DecisionLog, type DecisionLogOptions } from './decision-log.ts'
import type { FinishedRequest } from './finished-request.ts'
import { type LinePlace, LineRing } from './line-ring.ts'
import { RecentRecords } from './recent.ts'

/** Requests of this process: the last ones in memory, and all of them in the decision log, if there is one. */
export class RequestLog {
  readonly #lines = new LineRing()
  readonly #recent = new RecentRecords(this.#lines)
  readonly #decisions: DecisionLog | undefined

  /** Without options nothing goes to disk. */
  constructor(options: Omit<DecisionLogOptions, 'lines'> | undefined) {
    this.#decisions = options && new DecisionLog({ ...options, lines: this.#lines })
  }

  /** Gives where the record's line is. */
  record(request: FinishedRequest): LinePlace {
    const place = this.#decisions?.write(request) ?? this.#lines.add(request)
    this.#recent.add(request, place)
    return place
  }

  /** A line without its end: good until the next one is added. Undefined once it is forgotten. */
  lineAt(place: LinePlace): Uint8Array | undefined {
    return this.#lines.bytesAt(place)
  }

  /** A line of another kind into the decision log. */
  write(line: string): void {
    this.#decisions?.writeLine(line)
  }

  /** One of the last requests, by our id or the upstream's. */
  find(id: string): RequestRecord | undefined {
    return this.#recent.find(id)
  }

  /** Writes what waits, as far as the disk allows. */
  async close(): Promise<void> {
    await this.#decisions?.close()
  }
}
