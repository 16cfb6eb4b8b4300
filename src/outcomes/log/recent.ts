import type { RequestRecord } from '../../plugins/api.ts'
import { lineToRecord } from './record-line.ts'

interface Entry {
  readonly id: string
  readonly upstreamId: string | undefined
  readonly line: string
}

/**
 * The last requests, by our id and by the upstream's id of the answer, for `generation?id=`. Older ones are in the decision log. Kept as its lines:
 * thousands of records, each of dozens of objects, would be copied again and again by the garbage collector.
 */
export class RecentRecords {
  readonly #byId = new Map<string, Entry>()
  readonly #byUpstreamId = new Map<string, Entry>()
  readonly #capacity: number
  readonly #mostChars: number
  #chars = 0

  /** @param mostChars of all lines together; lines are of some 1,000 characters */
  constructor(capacity = 2_000, mostChars = 32_000_000) {
    this.#capacity = capacity
    this.#mostChars = mostChars
  }

  /** `line`: the record's line in the decision log. */
  add({ id, upstreamId }: RequestRecord, line: string): void {
    const entry = { id, upstreamId, line }
    this.#byId.set(id, entry)
    if (upstreamId !== undefined) this.#byUpstreamId.set(upstreamId, entry)
    this.#chars += line.length
    while (this.#byId.size > 1 && (this.#byId.size > this.#capacity || this.#chars > this.#mostChars)) this.#forgetOldest()
  }

  #forgetOldest(): void {
    const oldest = this.#byId.values().next().value!
    this.#byId.delete(oldest.id)
    this.#chars -= oldest.line.length
    // An upstream may use an id twice; then it already belongs to a later record.
    if (oldest.upstreamId !== undefined && this.#byUpstreamId.get(oldest.upstreamId) === oldest) {
      this.#byUpstreamId.delete(oldest.upstreamId)
    }
  }

  find(id: string): RequestRecord | undefined {
    const entry = this.#byId.get(id) ?? this.#byUpstreamId.get(id)
    return entry && lineToRecord(entry.line)
  }
}
