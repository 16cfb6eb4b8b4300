/**
 * Chunked transfer coding (RFC 9112, section 7.1). Node writes each chunk as four pieces; small ones are copied into
 * one here, which costs less than a write that gathers pieces.
 */

/** Of a chunk that is copied, the bytes at most. */
export const MAX_COPIED_BYTES = 16 * 1024
export const CRLF = '\r\n'
export const LAST_CHUNK = '0\r\n\r\n'

const HEX_DIGITS = Buffer.from('0123456789abcdef')
const CR = 0x0d
const LF = 0x0a

/** Up to `MAX_COPIED_BYTES` as one chunk, and, if it is the `last`, the end of the body behind it. */
export function frameChunk(bytes: Buffer, last: boolean): Buffer {
  const { length } = bytes
  const digits = length < 0x10 ? 1 : length < 0x100 ? 2 : length < 0x1000 ? 3 : 4
  const start = digits + CRLF.length
  const end = start + length
  const framed = Buffer.allocUnsafe(end + CRLF.length + (last ? LAST_CHUNK.length : 0))
  for (let at = digits - 1, rest = length; at >= 0; at--, rest >>= 4) framed[at] = HEX_DIGITS[rest & 0xf]!
  framed[digits] = CR
  framed[digits + 1] = LF
  framed.set(bytes, start)
  framed[end] = CR
  framed[end + 1] = LF
  if (last) framed.write(LAST_CHUNK, end + CRLF.length, 'latin1')
  return framed
}

/** The same as a text, a character a byte: Node puts the head before a text, and sends both in one piece. */
export const chunkText = (bytes: Buffer, last: boolean) =>
  bytes.length.toString(16) + CRLF + bytes.toString('latin1') + CRLF + (last ? LAST_CHUNK : '')
