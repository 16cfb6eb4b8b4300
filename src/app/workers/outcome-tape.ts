import type { OutcomeDelta, Usage } from '../../plugins/api.ts'

type Outcome = OutcomeDelta['outcome']

/** Numbers of an outcome without its usage. */
const FIXED = 13
/** Usage has so many keys at the most, each a number for itself and one for its value. */
const MAX_NUMBERS = FIXED + 2 * 40
const FIRST_LENGTH = 4096

const STREAM = 1
const INVALID_OUTPUT = 2
const BRIEF = 4
const DOUBTFUL = 8

/** Many outcomes as plain values, for messages between processes. */
export interface WrittenOutcomes {
  /** Each different one once: endpoints, classes, words, keys. */
  readonly texts: readonly string[]
  /** NaN where there is none. */
  readonly numbers: Float64Array
}

/**
 * Outcomes, written into one array of numbers as they come: none is kept as an object until it is sent, and reading
 * them costs a fraction of what V8's serialization of objects would.
 */
export class OutcomeTape {
  #numbers = new Float64Array(FIRST_LENGTH)
  #length = 0
  readonly #places = new Map<string, number>()

  get isEmpty(): boolean {
    return this.#length === 0
  }

  add({ outcome, model, textBytes }: OutcomeDelta): void {
    if (this.#length + MAX_NUMBERS > this.#numbers.length) this.#grow()
    const { usage } = outcome
    const numbers = this.#numbers
    let at = this.#length
    numbers[at++] = this.#placeOf(outcome.endpoint)
    numbers[at++] = this.#placeOf(outcome.class)
    numbers[at++] = this.#placeOf(outcome.kind)
    numbers[at++] = this.#placeOf(model)
    numbers[at++] = textBytes
    numbers[at++] =
      (outcome.stream ? STREAM : 0) |
      (outcome.invalidOutput ? INVALID_OUTPUT : 0) |
      (outcome.brief ? BRIEF : 0) |
      (outcome.doubtful ? DOUBTFUL : 0)
    numbers[at++] = outcome.at
    numbers[at++] = outcome.totalMs
    numbers[at++] = outcome.ttftMs ?? Number.NaN
    numbers[at++] = outcome.costUsd ?? Number.NaN
    numbers[at++] = outcome.tokensPerSecond ?? Number.NaN
    numbers[at++] = outcome.listUsd ?? Number.NaN
    const counted = at++
    let keys = usage === undefined ? Number.NaN : 0
    for (const key in usage) {
      const value = usage[key as keyof Usage]
      if (value === undefined) continue
      keys++
      // A text has its key's place below zero.
      const place = this.#placeOf(key)
      numbers[at++] = typeof value === 'number' ? place : -1 - place
      numbers[at++] = typeof value === 'number' ? value : this.#placeOf(value)
    }
    numbers[counted] = keys
    this.#length = at
  }

  /** What was written; the tape begins anew. */
  take(): WrittenOutcomes {
    const written = { texts: [...this.#places.keys()], numbers: this.#numbers.slice(0, this.#length) }
    this.#length = 0
    this.#places.clear()
    return written
  }

  #placeOf(text: string): number {
    let place = this.#places.get(text)
    if (place === undefined) {
      place = this.#places.size
      this.#places.set(text, place)
    }
    return place
  }

  #grow(): void {
    const longer = new Float64Array(2 * this.#numbers.length)
    longer.set(this.#numbers)
    this.#numbers = longer
  }
}

/** Hands each outcome that was written to `take`. */
export function readOutcomes({ texts, numbers }: WrittenOutcomes, take: (delta: OutcomeDelta) => void): void {
  for (let at = 0; at < numbers.length; ) {
    const flags = numbers[at + 5]!
    const keys = numbers[at + FIXED - 1]!
    // All have the same shape, whatever they lack.
    const outcome = {
      endpoint: texts[numbers[at]!]!,
      class: texts[numbers[at + 1]!]!,
      kind: texts[numbers[at + 2]!]! as Outcome['kind'],
      stream: (flags & STREAM) !== 0,
      invalidOutput: (flags & INVALID_OUTPUT) !== 0 || undefined,
      brief: (flags & BRIEF) !== 0 || undefined,
      doubtful: (flags & DOUBTFUL) !== 0 || undefined,
      at: numbers[at + 6]!,
      totalMs: numbers[at + 7]!,
      ttftMs: given(numbers[at + 8]!),
      costUsd: given(numbers[at + 9]!),
      tokensPerSecond: given(numbers[at + 10]!),
      listUsd: given(numbers[at + 11]!),
      usage: Number.isNaN(keys) ? undefined : usageAt(at + FIXED, keys, texts, numbers),
    }
    take({
      of: 'outcome',
      outcome: outcome as Outcome,
      model: texts[numbers[at + 3]!]!,
      textBytes: numbers[at + 4]!,
    })
    at += FIXED + 2 * (keys || 0)
  }
}

function usageAt(start: number, keys: number, texts: readonly string[], numbers: Float64Array): Usage {
  const usage: Record<string, number | string> = {}
  for (let at = start; at < start + 2 * keys; at += 2) {
    const place = numbers[at]!
    const value = numbers[at + 1]!
    if (place < 0) usage[texts[-1 - place]!] = texts[value]!
    else usage[texts[place]!] = value
  }
  return usage
}

const given = (value: number) => (Number.isNaN(value) ? undefined : value)
