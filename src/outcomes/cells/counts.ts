import type { VlqReader, VlqWriter } from '../windows/vlq.ts'

/** Keys are 0 to 254. A key and its count share one small integer (8 + 23 bits), which V8 stores without boxing. */
const SHIFT = 23
const MASK = 2 ** SHIFT - 1
const keyOf = (entry: number) => entry >>> SHIFT
const countOf = (entry: number) => entry & MASK
const entryOf = (key: number, count: number) => (key << SHIFT) | Math.min(MASK, count)

/** A count stays here once it has reached it. */
export const MAX_COUNT = MASK
const MAX_KEY = 254

/** Counts by key, sparse: only keys that were counted take memory (8 bytes each). Sorted by key. */
export class SparseCounts {
  readonly #entries: number[] = []

  /** Keys with a count. */
  get size(): number {
    return this.#entries.length
  }

  add(key: number, count = 1): void {
    const entries = this.#entries
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keyOf(entries[middle]!) < key) low = middle + 1
      else high = middle
    }
    const { length } = entries
    if (low < length && keyOf(entries[low]!) === key) {
      entries[low] = entryOf(key, countOf(entries[low]!) + count)
      return
    }
    // Moved by hand: `splice` makes a list of what it takes out, which is nothing.
    if (low === length) entries.push(entryOf(key, count))
    else {
      entries.push(entries[length - 1]!)
      for (let at = length - 1; at > low; at--) entries[at] = entries[at - 1]!
      entries[low] = entryOf(key, count)
    }
  }

  merge(other: SparseCounts): void {
    for (const entry of other.#entries) this.add(keyOf(entry), countOf(entry))
  }

  /** Adds every count to `dense[key]`. */
  addTo(dense: Float64Array): void {
    for (const entry of this.#entries) dense[keyOf(entry)]! += countOf(entry)
  }

  /** How many entries follow, then for each the distance from the key before and the count, as VLQ. */
  encode(writer: VlqWriter): void {
    writer.write(this.#entries.length)
    let previous = 0
    for (const entry of this.#entries) {
      const key = keyOf(entry)
      writer.write(key - previous)
      writer.write(countOf(entry))
      previous = key
    }
  }

  /** Reads what `encode` wrote; undefined when it is something else. */
  static decode(reader: VlqReader): SparseCounts | undefined {
    const counts = new SparseCounts()
    const length = reader.next()
    let key = 0
    for (let i = 0; i < length; i++) {
      key += reader.next()
      const count = reader.next()
      if (reader.failed || key > MAX_KEY) return undefined
      counts.add(key, count)
    }
    return reader.failed ? undefined : counts
  }
}
