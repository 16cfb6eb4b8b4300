import type { RequestRecord } from '../../plugins/api.ts'
import type { LinePlace, LineRing } from './line-ring.ts'
import { hashOf, LINE, type Lines } from './lines.ts'
import { lineToRecord } from './record-line.ts'

interface Identified {
  readonly id: string
  readonly upstreamId?: string | undefined
}

/** Numbers that are kept of each record. */
const OWN_ID = 0
const UPSTREAM_ID = 1
const SEGMENT = 2
const FROM = 3
const TO = 4
const NUMBERS = 5

/**
 * The last requests, by our id and by the upstream's id of the answer, for `generation?id=`; older ones are in the
 * decision log. An index of lines that are in memory anyway: hashes of ids and places, in one array, so that the
 * garbage collector sees nothing of thousands of records. Looking one up goes through all of them, which takes
 * microseconds.
 */
export class RecentRecords {
  readonly #lines: LineRing
  readonly #capacity: number
  readonly #index: Uint32Array
  #added = 0

  constructor(lines: LineRing, capacity = 4_000) {
    this.#lines = lines
    this.#capacity = capacity
    this.#index = new Uint32Array(NUMBERS * capacity)
  }

  /** `place`: of the record's line. */
  add({ id, upstreamId }: Identified, { segment, from, to }: LinePlace): void {
    this.#add(hashOf(id), upstreamId === undefined ? 0 : hashOf(upstreamId), segment, from, to)
  }

  /** `place`: of all these lines, one behind the other. */
  addLines({ index }: Lines, { segment, from }: LinePlace): void {
    for (let line = 0; line < index.length; line += LINE.numbers) {
      const id = index[line + LINE.id]!
      const end = from + index[line + LINE.bytes]!
      if (id !== 0) this.#add(id, index[line + LINE.upstreamId]!, segment, from, end - 1)
      from = end
    }
  }

  /** The newest record with this id; one of ours comes before an upstream's. */
  find(id: string): RequestRecord | undefined {
    const hash = hashOf(id)
    return (
      this.#find(OWN_ID, hash, (record) => record.id === id) ??
      this.#find(UPSTREAM_ID, hash, ({ upstreamId }) => upstreamId === id)
    )
  }

  #add(id: number, upstreamId: number, segment: number, from: number, to: number): void {
    const index = this.#index
    const at = NUMBERS * (this.#added++ % this.#capacity)
    index[at + OWN_ID] = id
    index[at + UPSTREAM_ID] = upstreamId
    index[at + SEGMENT] = segment
    index[at + FROM] = from
    index[at + TO] = to
  }

  #find(column: number, hash: number, isMeant: (record: RequestRecord) => boolean): RequestRecord | undefined {
    const index = this.#index
    for (let back = 1; back <= Math.min(this.#added, this.#capacity); back++) {
      const at = NUMBERS * ((this.#added - back) % this.#capacity)
      if (index[at + column] !== hash) continue
      const place = { segment: index[at + SEGMENT]!, from: index[at + FROM]!, to: index[at + TO]! }
      const line = this.#lines.lineAt(place)
      const record = line === undefined ? undefined : lineToRecord(line)
      if (record && isMeant(record)) return record
    }
    return undefined
  }
}
