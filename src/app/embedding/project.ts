import { EMBEDDING_SIZE } from '../../outcomes/quality/features.ts'

/**
 * A random projection to 32 numbers with a norm of one, which keeps angles (Johnson and Lindenstrauss; signs as in
 * Achlioptas 2003). The signs are those of the bits of a hash of each place, so that they are the same everywhere.
 */
export function project(embedding: readonly number[]): readonly number[] | undefined {
  const sums = new Float64Array(EMBEDDING_SIZE)
  for (let at = 0; at < embedding.length; at++) {
    const value = embedding[at]!
    const bits = hash(at + 1)
    for (let k = 0; k < EMBEDDING_SIZE; k++) sums[k] = sums[k]! + ((bits >>> k) & 1 ? value : -value)
  }
  const norm = Math.hypot(...sums)
  if (!(norm > 0) || !Number.isFinite(norm)) return undefined
  return Array.from(sums, (sum) => Math.round((1000 * sum) / norm) / 1000)
}

/** Murmur's finish. */
function hash(value: number): number {
  let mixed = Math.imul(value, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
