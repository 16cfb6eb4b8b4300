import type { IncomingMessage } from 'node:http'

/** Sockets on which a long body is coming, as fast as its client can. */
const UPLOADING = new WeakSet<object>()

/** From now on, and until the given function is called, the time that a whole request may take does not hold. */
export function longUpload({ socket }: IncomingMessage): () => void {
  UPLOADING.add(socket)
  return () => UPLOADING.delete(socket)
}

export const isLongUpload = (socket: object): boolean => UPLOADING.has(socket)
