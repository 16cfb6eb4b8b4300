import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** A body that takes longer than a whole request may must bring `bytes` in every `everyMs`: 17 kbit/s. */
const LEAST: Progress = { bytes: 64 * 1024, everyMs: 30_000 }

interface Progress {
  readonly bytes: number
  readonly everyMs: number
}

/** What Node keeps of the message that comes over a connection. */
interface Receiving {
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null
}

/**
 * For a connection on which Node's `requestTimeout` or `headersTimeout` has run out, of which it tells once. True when
 * a body is on its way: it may go on while it brings `least`; when it brings less, `late` is called, once.
 */
export function mayGoOn(socket: Socket, late: () => void, least = LEAST): boolean {
  const request = (socket as Receiving).parser?.incoming
  if (!request || request.complete) return false
  let before = socket.bytesRead
  const timer = setInterval(() => {
    const bytes = socket.bytesRead - before
    before += bytes
    const isOver = request.complete || socket.destroyed
    if (!isOver && bytes >= least.bytes) return
    clearInterval(timer)
    if (!isOver) late()
  }, least.everyMs)
  timer.unref()
  return true
}
