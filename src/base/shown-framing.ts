/** How the events of a stream are framed, as far as its bytes can show. */
export type ShownFraming = 'sse' | 'ndjson' | 'aws-event-stream'

const SSE_LINE = /^(?:data|event|id|retry)?:/
/**
 * A message of `application/vnd.amazon.eventstream`: two lengths and a checksum, then headers, payload and a checksum.
 */
const AWS_MIN_BYTES = 16
const AWS_MAX_BYTES = 16 * 1024 * 1024

/**
 * What the first bytes of a stream look like; undefined when they look like nothing that is known, or are too few. One
 * JSON object or list looks like `ndjson`, too.
 */
export function shownFraming(bytes: Buffer): ShownFraming | undefined {
  const text = bytes.toString('latin1', bytes[0] === 0xef ? 3 : 0, 256).trimStart()
  if (text.startsWith('{') || text.startsWith('[')) return 'ndjson'
  if (SSE_LINE.test(text)) return 'sse'
  if (bytes.length < AWS_MIN_BYTES) return undefined
  const total = bytes.readUInt32BE(0)
  const headers = bytes.readUInt32BE(4)
  return total >= AWS_MIN_BYTES && total <= AWS_MAX_BYTES && headers <= total - AWS_MIN_BYTES
    ? 'aws-event-stream'
    : undefined
}
