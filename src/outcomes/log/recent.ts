import type { RequestRecord } from '../../plugins/api.ts'
import type { LinePlace, LineRing } from './line-ring.ts'
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
    const index = this.#index
    const at = NUMBERS * (this.#added++ % this.#capacity)
    index[at + OWN_ID] = hashOf(id)
    index[at + UPSTREAM_ID] = upstreamId === undefined ? 0 : hashOf(upstreamId)
    index[at + SEGMENT] = segment
    index[at + FROM] = from
    index[at + TO] = to
  }

  /** The newest record with this id; one of ours comes before an upstream's. */
  find(id: string): RequestRecord | undefined {
    const hash = hashOf(id)
    return (
      this.#find(OWN_ID, hash, (record) => record.id === id) ??
      this.#find(UPSTREAM_ID, hash, ({ upstreamId }) => upstreamId === id)
    )
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

/** Of an id: FNV-1a, 32 bits, over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
