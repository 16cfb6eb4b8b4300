import type { IncomingMessage } from 'node:http'

/**
 * Reads the rest of the body of a refused request and throws it away, so that a client which is still sending gets to
 * read why (lingering close). For a while: beyond so many bytes or milliseconds it is hung up on with the answer.
 */
export async function discardBody(request: IncomingMessage, maxBytes: number, maxMs: number): Promise<void> {
  const { headers } = request
  const announced = Number(headers['content-length'] ?? 0)
  const hasBody = announced > 0 || headers['transfer-encoding'] !== undefined
  let left = maxBytes
  if (!hasBody || announced > left || request.complete || request.destroyed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      request.off('data', count)
      resolve()
    }
    const count = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) done()
    }
    const timer = setTimeout(done, maxMs)
    request.on('data', count).once('end', done).once('close', done)
  })
}
