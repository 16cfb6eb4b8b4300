/**
 * Gives the memory of bytes back now, that nobody looks at any more: in an upload they pile up faster than they are
 * collected. Only for bytes that have their memory to themselves; they are gone afterwards.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0) buffer.transfer(0)
}
