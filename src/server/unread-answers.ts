import type { ServerResponse } from 'node:http'

/** Silence of a client that still has bytes of a finished answer to read. */
export const SLOW_CLIENT_MS = 60_000

/**
 * What the socket does not take at once of an answer that is over waits for the client, but not for ever: Node by
 * itself has no such limit. It resets this one for the next request.
 */
export function limitUnread(response: ServerResponse): void {
  response.on('prefinish', finished)
}

function finished(this: ServerResponse): void {
  if (this.writableLength > 0) this.setTimeout(SLOW_CLIENT_MS)
}
