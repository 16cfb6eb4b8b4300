import type { JsonObject } from '../../plugins/api.ts'
import { isObject, stringOf } from '../untyped.ts'
import { Wholeness } from './wholeness.ts'

/** Arguments kept of one answer, in characters, for the checks at the end. More is passed on, but no longer checked. */
export const MAX_KEPT = 1024 * 1024

/** What may still be kept. */
export interface Budget {
  left: number
}

/** One entry of `delta.tool_calls`, read. Empty strings stand for what is absent. */
export interface CallDelta {
  readonly entry: JsonObject
  readonly id: string
  readonly index: number | undefined
  readonly name: string
  readonly text: string
  /** The text is the input of a custom tool, and need not be JSON. */
  readonly free: boolean
}

/** `place`: where the entry stands among several of its chunk, which tells entries without an index apart. */
export function callDelta(entry: JsonObject, place: number | undefined): CallDelta {
  const inner = innerOf(entry)
  const given = inner.arguments ?? inner.input
  return {
    entry,
    id: typeof entry.id === 'number' ? String(entry.id) : stringOf(entry.id),
    index: indexOf(entry.index) ?? place,
    name: stringOf(inner.name),
    text: typeof given === 'object' && given !== null ? JSON.stringify(given) : stringOf(given),
    free: isObject(entry.custom),
  }
}

/** `function`, or `custom`, whose input is free text. */
export const innerOf = (entry: JsonObject): JsonObject => [entry.function, entry.custom].find(isObject) ?? {}

function indexOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

/** A tool call of an answer, as far as it has come. */
export class ToolCall {
  /** Its place among the calls that the client knows, from 0; -1 while it is held back. */
  number = -1
  /** The client's: never empty and never the same twice, once it is known. */
  id = ''
  /** The upstream's. */
  givenId: string
  name: string
  /** The arguments so far. */
  text = ''
  /** There was more than is kept: `text` is only the beginning. */
  clipped = false
  /** Perhaps nothing but this call, repeated; it is held back as long as it is the same. */
  repeats: ToolCall | undefined
  /** `repeats`, and it came without a name. */
  unnamed = false
  /** Held back until it has arguments: perhaps only a name that was repeated. */
  waits = false
  /** The arguments are free text. */
  free = false
  /** What the entries said besides, while it was held back. */
  held: JsonObject = {}
  readonly #wholeness = new Wholeness()
  readonly #budget: Budget
  /** Arguments that begin as a string, which may be their JSON encoded twice: held back until it is whole. */
  #encoded = ''

  constructor(givenId: string, name: string, budget: Budget) {
    this.givenId = givenId
    this.name = name
    this.#budget = budget
  }

  /** Its arguments are a complete value. */
  get whole(): boolean {
    return this.#wholeness.whole
  }

  get blank(): boolean {
    return this.text.trim() === ''
  }

  /** Takes what still belongs to the arguments: so many characters, which come to `text`. */
  feed(given: string): { taken: number; text: string } {
    const taken = this.free ? given.length : this.#wholeness.feed(given)
    const text = this.#decoded(given.slice(0, taken))
    this.keep(text)
    return { taken, text }
  }

  /** What is held back of a string that has no end. */
  flush(): string {
    const text = this.#encoded
    this.#encoded = ''
    this.keep(text)
    return text
  }

  #decoded(text: string): string {
    const begins = this.blank && this.#encoded === '' && !this.free && /^\s*"/.test(text)
    if (!begins && this.#encoded === '') return text
    this.#encoded += text
    if (!this.whole && this.#encoded.length <= MAX_KEPT) return ''
    const encoded = this.#encoded
    this.#encoded = ''
    return decodedOnce(encoded) ?? encoded
  }

  keep(text: string): void {
    this.clipped ||= text.length > this.#budget.left
    if (this.clipped) return
    this.#budget.left -= text.length
    this.text += text
  }
}

/** The JSON of an object that was encoded as a string; undefined when it is none. */
function decodedOnce(encoded: string): string | undefined {
  try {
    const text: unknown = JSON.parse(encoded)
    return typeof text === 'string' && isObject(JSON.parse(text)) ? text : undefined
  } catch {
    return undefined
  }
}
