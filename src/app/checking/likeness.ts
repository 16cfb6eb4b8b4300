import type { AnswerParts } from '../../wire/read/hub-view.ts'

/** Words up to which two answers have to be the same. */
const SHORT = 8
/** Characters that are compared. */
const MAX_CHARS = 12_000

const WORDS = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * How alike two answers are, from 0 to 1: 1 or 0 for tool calls, JSON and short texts, which are equal or not, else the
 * share of words that they have in common (Dice).
 */
export function likeness(one: AnswerParts, other: AnswerParts): number {
  if (one.toolCalls.length > 0 || other.toolCalls.length > 0) return Number(callsOf(one) === callsOf(other))
  const [json, otherJson] = [canonical(one.text), canonical(other.text)]
  if (json !== undefined || otherJson !== undefined) return Number(json === otherJson)
  const [words, others] = [wordsOf(one.text), wordsOf(other.text)]
  if (words.length <= SHORT || others.length <= SHORT) return Number(words.join(' ') === others.join(' '))
  return dice(words, others)
}

/** Calls made at once are in no order. */
const callsOf = ({ toolCalls }: AnswerParts): string =>
  toolCalls
    .map(({ name, arguments: given }) => `${name} ${canonical(given) ?? given}`)
    .sort()
    .join('\n')

/** JSON with its keys in order; undefined for what is none, or is a text. */
function canonical(text: string): string | undefined {
  const trimmed = text.trim()
  if (!/^[[{]/.test(trimmed)) return undefined
  try {
    return JSON.stringify(JSON.parse(trimmed), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    )
  } catch {
    return undefined
  }
}

const wordsOf = (text: string): string[] =>
  [...WORDS.segment(text.slice(0, MAX_CHARS).normalize('NFKC').toLowerCase())]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment)

function dice(words: readonly string[], others: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  let common = 0
  for (const word of others) {
    const left = counts.get(word) ?? 0
    if (left > 0) common++
    counts.set(word, left - 1)
  }
  return (2 * common) / (words.length + others.length)
}
