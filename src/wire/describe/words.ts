import { WORD_BUCKETS } from '../../base/word-buckets.ts'

/** Characters that are read of each end of a message. */
const HEAD = 4000
const TAIL = 1000
const START = 0x811c9dc5
/** From here on each character is a word: scripts without spaces. */
const WIDE = 0x2e80

const COUNTS = new Int32Array(WORD_BUCKETS)

/**
 * The words of a text and its pairs of neighbouring words, hashed into 64 buckets with a sign (feature hashing:
 * Weinberger et al. 2009): pairs of a bucket and a value, with a norm of one. Bounded work whatever the text's length,
 * and nothing to read the text from.
 */
export function wordsOf(text: string): readonly number[] {
  COUNTS.fill(0)
  if (text.length <= HEAD + TAIL) count(text, 0, text.length)
  else {
    count(text, 0, HEAD)
    count(text, text.length - TAIL, text.length)
  }
  let squares = 0
  // A word that comes often says little more than one that comes once.
  for (let bucket = 0; bucket < WORD_BUCKETS; bucket++) squares += Math.abs(COUNTS[bucket]!)
  const features: number[] = []
  if (squares === 0) return features
  const norm = Math.sqrt(squares)
  for (let bucket = 0; bucket < WORD_BUCKETS; bucket++) {
    const sum = COUNTS[bucket]!
    if (sum !== 0) features.push(bucket, rounded((Math.sign(sum) * Math.sqrt(Math.abs(sum))) / norm))
  }
  return features
}

const rounded = (value: number) => Math.round(1000 * value) / 1000

function count(text: string, from: number, to: number): void {
  let [before, hash] = [0, START]
  for (let at = from; at <= to; at++) {
    let char = at < to ? text.charCodeAt(at) : 32
    if (char >= 65 && char <= 90) char += 32
    if (isLetter(char)) {
      hash = Math.imul(hash ^ char, 0x01000193)
      if (char < WIDE) continue
    }
    if (hash === START) continue
    add(hash)
    if (before !== 0) add(Math.imul(before, 31) ^ hash)
    before = hash
    hash = START
  }
}

/** Murmur's finish: low bits say the bucket, the highest the sign. */
function add(hash: number): void {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  mixed ^= mixed >>> 16
  const bucket = mixed & (WORD_BUCKETS - 1)
  COUNTS[bucket] = COUNTS[bucket]! + (mixed < 0 ? -1 : 1)
}

const isLetter = (char: number) => (char >= 97 && char <= 122) || (char >= 48 && char <= 57) || char >= 0xc0
