import { codingsOf, decodeWhole, KNOWN_CODINGS } from '../base/content-codings.ts'
import { RouterError } from '../base/errors.ts'

/**
 * A request's body without its content codings: the body itself, at once, when it has none. `limit` in bytes holds for
 * what comes out. Throws ROUTER_BODY_CODING, ROUTER_BODY_UNREADABLE or ROUTER_BODY_TOO_LARGE.
 */
export function decodeBody(body: Buffer, header: string | undefined, limit: number): Buffer | Promise<Buffer> {
  const codings = codingsOf(header)
  if (typeof codings === 'string')
    throw new RouterError('ROUTER_BODY_CODING', { coding: codings, known: KNOWN_CODINGS })
  return codings.length === 0 ? body : decode(body, codings, limit)
}

async function decode(
  body: Buffer,
  codings: Exclude<ReturnType<typeof codingsOf>, string>,
  limit: number,
): Promise<Buffer> {
  let bytes = body
  for (const coding of codings.toReversed()) {
    try {
      bytes = await decodeWhole(bytes, coding, limit)
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      throw tooLarge
        ? new RouterError('ROUTER_BODY_TOO_LARGE', { limit })
        : new RouterError('ROUTER_BODY_UNREADABLE', { coding })
    }
  }
  return bytes
}
