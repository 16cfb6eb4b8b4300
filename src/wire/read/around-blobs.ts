import type { JsonObject } from '../../plugins/api.ts'
import { parseObject } from './tolerant-json.ts'

/** Bytes of a string from which on it pays to leave it out. */
const LONG = 16 * 1024
/** Characters of a long string that stay. */
const SHOWN = 32
const QUOTE = 0x22
const COLON = 0x3a
const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])
/** What base64 never has, and JSON does not allow in a string, or gives a meaning to. */
const UNEXPECTED = [0x5c, 0x0a, 0x0d, 0x09, 0x00]

/**
 * The object that `bytes[from, to)` is, with the long values of a key, such as pictures in base64, cut to their first
 * characters: they are passed over by native searches, and neither decoded nor copied. For who looks whether a value is
 * there, and writes nothing anew. Undefined when there is no long value, or no object: then all of it has to be read.
 */
export function parseAroundBlobs(bytes: Buffer, key: string, from = 0, to = bytes.length): JsonObject | undefined {
  if (to - from < LONG) return undefined
  const quoted = `"${key}"`
  let text = ''
  let kept = from
  let at = from
  for (;;) {
    // An escaped quote within a string ends in a backslash, so that what is found is a whole string.
    const found = bytes.indexOf(quoted, at, 'latin1')
    if (found < 0 || found >= to) break
    at = found + quoted.length
    const start = valueAfter(bytes, at)
    if (start < 0) continue
    const end = bytes.indexOf(QUOTE, start)
    if (end < 0 || end >= to) return undefined
    at = end + 1
    if (end - start < LONG) continue
    const value = bytes.subarray(start, end)
    if (UNEXPECTED.some((byte) => value.includes(byte))) return undefined
    text += bytes.toString('utf8', kept, start + SHOWN)
    kept = end
  }
  return kept === from ? undefined : parseObject(text + bytes.toString('utf8', kept, to))
}

/** Where the string begins that is the value of the key that ends at `at`; -1 when that is no key, or has no string. */
function valueAfter(bytes: Buffer, at: number): number {
  let next = skip(bytes, at)
  if (bytes[next] !== COLON) return -1
  next = skip(bytes, next + 1)
  return bytes[next] === QUOTE ? next + 1 : -1
}

function skip(bytes: Buffer, at: number): number {
  let next = at
  while (SPACES.has(bytes[next])) next++
  return next
}
