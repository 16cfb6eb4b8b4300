const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const SPACE = 0x20

/**
 * Finds JSON keys in bytes without parsing, at any depth, in one pass over the strings. One loop beats one native
 * search per key: an event is short, and a call costs more than reading it. What a scan found is to be read before the
 * next one: then one scanner serves all streams.
 */
export class KeyScanner {
  readonly #names: readonly string[]
  readonly #filled: Int32Array
  readonly #nulls: Uint8Array
  /** Indices of the names by their length, so that most keys are passed over at once. */
  readonly #byLength: readonly (readonly number[])[]

  /** Names in ASCII. */
  constructor(names: readonly string[]) {
    this.#names = names
    this.#filled = new Int32Array(names.length)
    this.#nulls = new Uint8Array(names.length)
    this.#byLength = byLengthOf(names)
  }

  scan(buffer: Buffer, start: number, end: number): void {
    this.#filled.fill(-1)
    this.#nulls.fill(0)
    const byLength = this.#byLength
    let at = start
    while (at < end) {
      if (buffer[at++] !== QUOTE) continue
      const from = at
      while (at < end) {
        const byte = buffer[at]
        if (byte === QUOTE) break
        at += byte === BACKSLASH ? 2 : 1
      }
      const candidates = at - from < byLength.length ? byLength[at - from]! : NONE
      at++
      if (candidates.length === 0) continue
      let colon = at
      while (buffer[colon] === SPACE) colon++
      if (buffer[colon] === COLON) this.#key(buffer, from, candidates, colon)
    }
  }

  /** Where the value of the first `names[index]` begins that is not null, "" or []; -1 when there is none. */
  filled(index: number): number {
    return this.#filled[index]!
  }

  /** Some name is there with the value null. */
  get anyNull(): boolean {
    return this.#nulls.includes(1)
  }

  /** True when `names[index]` is there with the value null. */
  isNull(index: number): boolean {
    return this.#nulls[index] === 1
  }

  #key(buffer: Buffer, from: number, candidates: readonly number[], colon: number): void {
    let at = 0
    while (at < candidates.length && !spells(buffer, from, this.#names[candidates[at]!]!)) at++
    const index = candidates[at]
    if (index === undefined) return
    let value = colon + 1
    while (buffer[value] === SPACE) value++
    const first = buffer[value]
    const next = buffer[value + 1]
    if (first === 0x6e && next === 0x75) this.#nulls[index] = 1
    else if (this.#filled[index]! < 0 && !(first === QUOTE && next === QUOTE) && !(first === 0x5b && next === 0x5d))
      this.#filled[index] = value
  }
}

const NONE: readonly number[] = []

function byLengthOf(names: readonly string[]): readonly (readonly number[])[] {
  const longest = Math.max(...names.map((name) => name.length))
  return Array.from({ length: longest + 1 }, (_, length) =>
    [...names.keys()].filter((i) => names[i]?.length === length),
  )
}

function spells(buffer: Buffer, from: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (buffer[from + i] !== name.charCodeAt(i)) return false
  return true
}

/** Characters (UTF-16 units, near enough) of the JSON string that begins at `at`; 0 when no string begins there. */
export function stringLength(buffer: Buffer, at: number, end: number): number {
  if (buffer[at] !== QUOTE) return 0
  let count = 0
  for (let i = at + 1; i < end; i++) {
    const byte = buffer[i]!
    if (byte === QUOTE) return count
    // Continuation bytes of UTF-8 belong to the character before them.
    if ((byte & 0xc0) !== 0x80) count++
    if (byte === BACKSLASH) i += buffer[i + 1] === 0x75 ? 5 : 1
  }
  return count
}
