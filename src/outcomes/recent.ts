import type { RequestRecord } from '../plugins/api.ts'

/** The last requests, by our id and by the upstream's id of the answer, for `generation?id=`. Older ones are in the decision log. */
export class RecentRecords {
  readonly #byId = new Map<string, RequestRecord>()
  readonly #byUpstreamId = new Map<string, RequestRecord>()
  readonly #capacity: number

  constructor(capacity = 2_000) {
    this.#capacity = capacity
  }

  add(record: RequestRecord): void {
    this.#byId.set(record.id, record)
    if (record.upstreamId !== undefined) this.#byUpstreamId.set(record.upstreamId, record)
    if (this.#byId.size <= this.#capacity) return
    const oldest = this.#byId.values().next().value!
    this.#byId.delete(oldest.id)
    // An upstream may use an id twice; then it already belongs to a later record.
    if (oldest.upstreamId !== undefined && this.#byUpstreamId.get(oldest.upstreamId) === oldest) {
      this.#byUpstreamId.delete(oldest.upstreamId)
    }
  }

  find(id: string): RequestRecord | undefined {
    return this.#byId.get(id) ?? this.#byUpstreamId.get(id)
  }
}
