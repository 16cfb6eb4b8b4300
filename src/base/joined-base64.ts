/** Padding ends what was encoded as one. */
const ENDS = /=\s*$/

/**
 * Base64 that came in pieces, as one: each piece may have been encoded by itself, with padding of its own, behind which
 * nothing is read in what is simply strung together; or one text may have been cut anywhere.
 */
export function joinedBase64(pieces: readonly string[]): string {
  if (!pieces.some((piece, at) => at < pieces.length - 1 && ENDS.test(piece))) return pieces.join('')
  const parts: Buffer[] = []
  let run = ''
  for (const piece of pieces) {
    run += piece
    if (!ENDS.test(piece)) continue
    parts.push(Buffer.from(run, 'base64'))
    run = ''
  }
  parts.push(Buffer.from(run, 'base64'))
  return Buffer.concat(parts).toString('base64')
}
