/** Longest id that OpenAI takes back in `tool_calls[].id`. */
const MAX_ID_LENGTH = 40

/**
 * An id for what came without one, the same each time it is made: the end of the answer's own id, which is the random
 * part, and a place.
 */
export function madeId(kind: string, answerId: string, place?: number | string): string {
  const tail = place === undefined ? '' : `_${place}`
  return `${kind}_${answerId.slice(-(MAX_ID_LENGTH - kind.length - 1 - tail.length))}${tail}`
}

/** The ids of an answer's calls: each is there, and there only once. */
export class CallIds {
  readonly #answerId: string
  readonly #kind: string
  readonly #taken = new Set<string>()

  /** `kind`: what made ids begin with. */
  constructor(answerId: string, kind = 'call') {
    this.#answerId = answerId
    this.#kind = kind
  }

  /** The given id, or one made from the call's place. */
  of(given: unknown, place: number | string): string {
    const id =
      typeof given === 'string' && given !== '' && !this.#taken.has(given)
        ? given
        : madeId(this.#kind, this.#answerId, place)
    this.#taken.add(id)
    return id
  }
}
