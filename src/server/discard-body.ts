import type { IncomingMessage } from 'node:http'

/** How much of a body is thrown away, in limits of a body that is taken, and for how long. */
const LINGER_FACTOR = 8
const LINGER_MS = 10_000

/**
 * Reads the rest of the body of a refused request and throws it away, so that a client which is still sending gets to read why (lingering
 * close). For a while: absurd sizes and slow ones are hung up on with the answer. `limit`: bytes of a body that is taken.
 */
export async function discardBody(request: IncomingMessage, limit: number): Promise<void> {
  const { headers } = request
  const announced = Number(headers['content-length'] ?? 0)
  const hasBody = announced > 0 || headers['transfer-encoding'] !== undefined
  let left = LINGER_FACTOR * limit
  if (!hasBody || announced > left || request.complete) return
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
    const timer = setTimeout(done, LINGER_MS)
    request.on('data', count).once('end', done).once('close', done)
  })
}
