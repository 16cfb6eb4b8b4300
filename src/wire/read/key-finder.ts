const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const SPACE = 0x20

/**
 * Finds a JSON key in bytes without parsing. Inside a JSON string the quotes around the name would be escaped, so `"name"` followed by a
 * colon is always a key, at any depth. The place of the next occurrence is remembered: a key that is not in a chunk costs one search per
 * chunk, however many events it has.
 */
export class KeyFinder {
  readonly #needle: Buffer
  #buffer: Buffer | undefined
  #from = 0
  /** First occurrence at or after `#from`; Infinity when there is none. */
  #at = -1

  constructor(name: string) {
    this.#needle = Buffer.from(`"${name}"`)
  }

  /** Where the value of the key's first occurrence in [start, end) begins; -1 when the key is not there. */
  value(buffer: Buffer, start: number, end: number): number {
    for (let from = start; ; ) {
      const at = this.#next(buffer, from)
      if (at >= end) return -1
      const value = valueAfter(buffer, at + this.#needle.length)
      if (value >= 0) return value
      from = at + 1
    }
  }

  /** The same for the first occurrence whose value is not null, "" or []. */
  filled(buffer: Buffer, start: number, end: number): number {
    for (let from = start; ; ) {
      const value = this.value(buffer, from, end)
      if (value < 0 || !isEmpty(buffer, value)) return value
      from = value
    }
  }

  #next(buffer: Buffer, from: number): number {
    if (buffer !== this.#buffer || from < this.#from || this.#at < from) {
      const found = buffer.indexOf(this.#needle, from)
      this.#buffer = buffer
      this.#at = found < 0 ? Number.POSITIVE_INFINITY : found
    }
    this.#from = from
    return this.#at
  }
}

/** Behind the colon and spaces that follow a key; -1 when no colon follows, so that it was a value. */
function valueAfter(buffer: Buffer, from: number): number {
  let at = from
  while (buffer[at] === SPACE) at++
  if (buffer[at] !== COLON) return -1
  at++
  while (buffer[at] === SPACE) at++
  return at
}

/** null, "" or []. */
function isEmpty(buffer: Buffer, at: number): boolean {
  const first = buffer[at]
  return isNull(buffer, at) || (first === QUOTE && buffer[at + 1] === QUOTE) || (first === 0x5b && buffer[at + 1] === 0x5d)
}

export function isNull(buffer: Buffer, at: number): boolean {
  return buffer[at] === 0x6e && buffer[at + 1] === 0x75
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
