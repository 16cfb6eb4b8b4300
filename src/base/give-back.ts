/**
 * Gives the memory of bytes back now, that nobody looks at any more: in an upload they pile up faster than they are
 * collected. Only for bytes that have their memory to themselves; they are gone afterwards.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0) buffer.transfer(0)
}

/** Bytes that nobody looks at any more once a socket has sent them. */
const lent = new WeakSet<Uint8Array>()

/** Whoever sends these bytes may give their memory back as soon as they are sent. */
export function lendToSend(bytes: Buffer): Buffer {
  lent.add(bytes)
  return bytes
}

export const isLentToSend = (bytes: Uint8Array): bytes is Buffer => lent.has(bytes)
