/** Lines of the decision log on their way from one process to another. */
export interface Lines {
  /** In UTF-8, each with its line end. */
  readonly bytes: Uint8Array
  /** Of each line the numbers of `LINE`. */
  readonly index: Uint32Array
}

/** Hashes of a record's two ids (see `hashOf`), both 0 for a line of another kind; bytes, with the line end. */
export const LINE = { id: 0, upstreamId: 1, bytes: 2, numbers: 3 } as const

/** Of an id: FNV-1a, 32 bits, over UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
