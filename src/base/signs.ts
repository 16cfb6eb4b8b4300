/** What a request says of the answer before it, as hashes: nothing of it can be read back. */
export interface Signs {
  /** Of all its messages. */
  readonly messages: string
  /** Of the user's last message; absent where the last turn is not the user's. */
  readonly last?: Sketch
  /** A tool that the answer before it called has failed. */
  readonly toolFailed: boolean
  /** The answers before it called the same tool with the same arguments three times. */
  readonly toolRepeated: boolean
  /** The user thanks, or complains. Absent: neither, or not looked for. */
  readonly tone?: 'thanks' | 'complaint'
}

/** The smallest hashes of a text's shingles, ascending: two texts share as many of them as of their shingles. */
export type Sketch = Int32Array

const SKETCH_SIZE = 32
/** Characters of a shingle, and those of a text that are read. */
const SHINGLE = 4
const READ = 2000
/** Shorter texts ("yes", "go on") are alike by chance. */
const SHORTEST = 12

/** Bottom-k sketch (Broder 1997) of a text's shingles, letters and digits alone; undefined for a very short one. */
export function sketchOf(text: string): Sketch | undefined {
  const plain = text
    .slice(0, READ)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  if (plain.length < SHORTEST) return undefined
  const hashes = new Set<number>()
  for (let at = 0; at + SHINGLE <= plain.length; at++) {
    let hash = 0
    for (let i = 0; i < SHINGLE; i++) hash = Math.imul(hash ^ plain.charCodeAt(at + i), 0x9e3779b1)
    hashes.add(Math.imul(hash ^ (hash >>> 15), 0x85ebca6b))
  }
  return Int32Array.from(hashes).sort().slice(0, SKETCH_SIZE)
}

/** Estimated share of the shingles of both that are the same, 0 to 1. */
export function likeness(a: Sketch, b: Sketch): number {
  const size = Math.min(SKETCH_SIZE, Math.max(a.length, b.length))
  let [same, seen, i, j] = [0, 0, 0, 0]
  for (; seen < size && (i < a.length || j < b.length); seen++) {
    const [left, right] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY]
    if (left === right) same++
    if (left <= right) i++
    if (right <= left) j++
  }
  return same / Math.max(1, seen)
}
