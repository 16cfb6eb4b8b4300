import { gunzipSync } from 'node:zlib'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'

/** Fewer, larger pieces than zlib's 16 KiB: most reports come out in one. */
const CHUNK_BYTES = 131_072

/**
 * A body as it was before `content-encoding`; only gzip is taken. Inflating stops as soon as more than `maxBytes` came
 * out, whatever the gzip claims, so a zip bomb costs no more than a body of the allowed size. Synchronous: at these
 * sizes a thread pool costs more than it saves.
 * @throws ProtocolProblem too_large, unsupported_encoding, bad_request
 */
export function inflate(body: Buffer, encoding: string | undefined, maxBytes: number): Buffer {
  const plain = encoding === undefined || encoding === 'identity' ? body : gunzip(body, encoding, maxBytes)
  if (plain.length > maxBytes) throw tooLarge(maxBytes)
  return plain
}

export const tooLarge = (maxBytes: number): ProtocolProblem =>
  new ProtocolProblem('too_large', `The body may have ${maxBytes} bytes at the most.`)

function gunzip(body: Buffer, encoding: string, maxBytes: number): Buffer {
  if (encoding.toLowerCase() !== 'gzip')
    throw new ProtocolProblem('unsupported_encoding', 'Send content-encoding gzip, or none.')
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes, chunkSize: CHUNK_BYTES })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new ProtocolProblem('bad_request', 'The body is not gzip, or was cut off.', { cause: error })
  }
}
