import { RouterError } from '../../base/errors.ts'

/** A target in any of the forms of RFC 9112, section 3.2, cut in two: nothing is decoded. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const own = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const at = own.indexOf('?')
  return at < 0 ? { path: own, query: '' } : { path: own.slice(0, at), query: own.slice(at) }
}

/** As often as a path may have been encoded. */
const MAX_ENCODINGS = 4

/**
 * A path that a client wrote, below an address that is not the client's to choose. However it is decoded on its way, it
 * must not lead above it. Throws ROUTER_BAD_PATH.
 */
export function needSafePath(path: string): void {
  if (BROKEN.test(path)) throw bad('it is not well encoded')
  let text = path
  for (let times = 0; ; times++) {
    if (CONTROL.test(text)) throw bad('it has control characters')
    // Some servers cut parameters from segments: `..;x`.
    for (const segment of text.split('/')) if (DOTS.test(segment)) throw bad('it has "." or ".." in it')
    if (text.includes('\\')) throw bad('it has a backslash in it')
    const decoded = text.replace(ENCODED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (decoded === text) return
    if (times === MAX_ENCODINGS) throw bad('it is encoded many times')
    text = decoded
  }
}

/** One segment of a path, decoded. Throws ROUTER_BAD_PATH. */
export function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw bad('it is not well encoded')
  }
}

const DOTS = /^\.{1,2}(;.*)?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/
const ENCODED = /%([0-9a-f]{2})/gi
const BROKEN = /%(?![0-9a-f]{2})/i

const bad = (reason: string) => new RouterError('ROUTER_BAD_PATH', { reason })
