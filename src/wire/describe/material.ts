/** The part of a message that something is to be done with: from, and up to but not; -1: there is none. */
export interface Material {
  from: number
  to: number
}

/** An instruction is no longer than this, and a part shorter than the other number is none. */
const MAX_HEAD = 300
const MAX_TAIL = 200
const MIN = 8
const CLOSING: Readonly<Record<number, string>> = {
  34: '"', // "
  171: '»',
  8220: '”',
  8222: '“',
  12300: '」',
}
const NEWLINE = 10
const COLON = 58
const WIDE_COLON = 0xff1a

/** What stands behind the first colon, line or quotation mark is material, up to a last line or what follows a quote. */
export function findMaterial(text: string, into: Material): void {
  into.from = -1
  into.to = -1
  const start = openingOf(text)
  if (start < 0) return
  const line = text.lastIndexOf('\n')
  const hasTail = line >= start && isTail(text, line)
  // Of two lines that may say what to do, the shorter one does.
  if (hasTail && text.charCodeAt(start) === NEWLINE && start > text.length - line) {
    into.from = 0
    into.to = line
    return
  }
  const closing = CLOSING[text.charCodeAt(start)] ?? CLOSING[text.charCodeAt(nextOf(text, start + 1))]
  const quoted = closing === undefined ? -1 : text.lastIndexOf(closing)
  into.from = start
  into.to = quoted > start + 1 && isTail(text, quoted) ? quoted : hasTail && line > start ? line : text.length
}

const isTail = (text: string, from: number) => text.length - from > MIN && text.length - from <= MAX_TAIL

/** Where the material begins; -1: nowhere. A message may begin with it. */
function openingOf(text: string): number {
  const until = Math.min(text.length, MAX_HEAD)
  for (let at = 0; at < until; at++) {
    const char = text.charCodeAt(at)
    if (char === NEWLINE || char === WIDE_COLON) {
      if (at >= MIN || char === WIDE_COLON) return at
    } else if (char === COLON) {
      const next = text.charCodeAt(at + 1)
      if (at >= MIN && (next === 32 || next === NEWLINE || CLOSING[next] !== undefined)) return at
    } else if (CLOSING[char] !== undefined && (at === 0 || text.charCodeAt(at - 1) <= 32)) return at
  }
  return -1
}

/** The first place from `at` on that is not blank. */
function nextOf(text: string, at: number): number {
  let place = at
  while (place < text.length && text.charCodeAt(place) <= 32) place++
  return place
}
