import { stripVTControlCharacters } from 'node:util'

let segmenter: Intl.Segmenter | undefined

/** Its rules are loaded when a text first asks for them, which most starts never do. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return segmenter.segment(text)
}

/** Drawn two columns wide: the wide and full-width ranges of Unicode's East Asian Width (UAX 11), and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u
const HALF_WIDTH = /^[\uff61-\uffdc]/u
const INVISIBLE = /^[\p{M}\p{Cf}\p{Cc}]+$/u
const ASCII = /^[\x20-\x7e]*$/

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0
  return WIDE.test(grapheme) && !HALF_WIDTH.test(grapheme) ? 2 : 1
}

/** Columns that a text takes on a terminal; colour codes take none. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemesOf(stripVTControlCharacters(text))) width += graphemeWidth(segment)
  return width
}

/** Control characters, and those that turn the direction of what follows (UAX 9). */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text from elsewhere made safe to print: on one line and without what steers, so that no upstream can steer the
 * terminal.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ').replace(STEERING, '')
}

/** Filled up with blanks to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'right' ? blanks + text : text + blanks
}

/** Plain text cut to `width` columns with `…` in its middle, since ids differ at both ends. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  const segments = [...graphemesOf(text)].map(({ segment }) => segment)
  const tail = take(segments.toReversed(), Math.floor((width - 1) / 2)).toReversed()
  const head = take(segments, width - 1 - textWidth(tail.join('')))
  return `${head.join('')}…${tail.join('')}`
}

/** As many graphemes from the start as fit. */
function take(segments: readonly string[], width: number): string[] {
  const taken: string[] = []
  let used = 0
  for (const segment of segments) {
    used += graphemeWidth(segment)
    if (used > width) break
    taken.push(segment)
  }
  return taken
}

/** `1 request`, `2,000 requests`. A number without a separator needs no language's rules, which take 4 ms to load. */
export const plural = (count: number, noun: string): string =>
  `${Number.isInteger(count) && Math.abs(count) < 1000 ? count : count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
