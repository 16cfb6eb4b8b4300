import type { JsonObject } from '../../plugins/api.ts'
import { parseExactTools } from '../json-text.ts'
import { isObject } from '../untyped.ts'

/** A string, or a number that JSON does not have. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?Infinity\b|NaN\b/gs

/**
 * The same text with `null` for NaN and the infinities, which Python's `json` writes; undefined when there is none of
 * them.
 */
export function withoutNaN(text: string): string | undefined {
  if (!text.includes('NaN') && !text.includes('Infinity')) return undefined
  return text.replace(TOKENS, (token) => (token.startsWith('"') ? token : 'null'))
}

/** Bytes without the byte order mark that some servers begin with. */
export const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

/**
 * The object that the bytes are, and the bytes as proper JSON: the same Buffer when they are. Undefined when there is
 * no object.
 */
export function readObject(bytes: Buffer, exact: boolean): { body: JsonObject; bytes: Buffer } | undefined {
  const plain = withoutMark(bytes)
  const text = plain.toString()
  const body = parseObject(text, exact)
  if (body) return { body, bytes: plain }
  const mended = withoutNaN(text)
  const again = mended === undefined ? undefined : parseObject(mended, exact)
  return again && { body: again, bytes: Buffer.from(mended ?? '') }
}

/** `exact`: what a model says to a tool keeps its numbers. For what is written anew. */
export function parseObject(text: string, exact = false): JsonObject | undefined {
  try {
    const value: unknown = exact ? parseExactTools(text) : JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
