import { RouterError, reasonOf } from '../errors.ts'

/** What to change among the top-level keys of a JSON object. A key named in both is set. */
export interface BodyEdits {
  /** Replaces the value in place, or appends the key. A value that JSON leaves out (`undefined`) removes the key. */
  readonly set?: Readonly<Record<string, unknown>>
  readonly remove?: readonly string[]
}

/** Edits made ready, for a caller that makes the same ones again and again. */
export class CompiledEdits {
  readonly source: BodyEdits
  readonly wanted: ReadonlyMap<string, Buffer | null>
  readonly names: readonly string[]
  readonly ascii: boolean
  #appendable: ReadonlyMap<string, Buffer> | undefined

  constructor(source: BodyEdits) {
    this.source = source
    this.wanted = compile(source)
    this.names = [...this.wanted.keys()]
    this.ascii = this.names.every(isAscii)
  }

  /** `,"key":value`, as it is appended to an object that has other keys. */
  appendable(key: string): Buffer {
    this.#appendable ??= new Map(
      this.names.map((name) => [
        name,
        Buffer.concat([Buffer.from(`,${JSON.stringify(name)}:`), this.wanted.get(name) ?? Buffer.alloc(0)]),
      ]),
    )
    return this.#appendable.get(key)!
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * So many bytes are read in a loop before the native search is called: quicker for short strings, and for text full of
 * quotes.
 */
const SHORT_STRING = 64

/**
 * Edits top-level keys of a JSON object byte-wise: all other bytes stay as they are (key order, white space, big
 * integers, duplicate keys, escapes). Every duplicate of a key is edited, escaped spellings too. One scan, one copy;
 * the same Buffer when nothing changes.
 *
 * `raw` must be valid JSON: values are skipped, not checked. Throws ROUTER_BAD_JSON when it is not an object or its end
 * is missing.
 */
export function editBody(raw: Buffer, edits: BodyEdits | CompiledEdits): Buffer {
  const compiled = edits instanceof CompiledEdits ? edits : new CompiledEdits(edits)
  const { wanted, names, ascii } = compiled
  if (names.length === 0) return raw
  const splices = new Splices(raw)
  let seen: string[] | undefined

  let at = skipSpace(raw, 0)
  if (raw[at] !== OPEN_BRACE) throw broken('it is not an object')
  at = skipSpace(raw, at + 1)
  let comma = -1
  let lastKept = -1
  while (raw[at] !== CLOSE_BRACE) {
    if (raw[at] !== QUOTE) throw broken(`a key was expected at byte ${at}`)
    const keyStart = at
    const keyEnd = skipString(raw, at)
    at = skipSpace(raw, keyEnd)
    if (raw[at] !== COLON) throw broken(`":" was expected at byte ${at}`)
    const valueStart = skipSpace(raw, at + 1)
    const valueEnd = skipValue(raw, valueStart)
    at = skipSpace(raw, valueEnd)
    const next = raw[at] === COMMA ? at : -1
    if (next < 0 && raw[at] !== CLOSE_BRACE) throw broken(`"," or "}" was expected at byte ${at}`)

    const key = ascii ? nameAt(raw, keyStart, keyEnd, names) : keyOf(raw, keyStart, keyEnd)
    const value = key === undefined ? undefined : wanted.get(key)
    if (value === null) {
      // One comma goes with it: the one before, or, when nothing before was kept, the one after.
      if (lastKept >= 0) splices.add(comma, valueEnd)
      else splices.add(keyStart, next < 0 ? valueEnd : next + 1)
    } else {
      lastKept = valueEnd
      if (value) {
        if (seen) seen.push(key!)
        else seen = [key!]
        if (!isThere(raw, value, valueStart, valueEnd)) splices.add(valueStart, valueEnd, value)
      }
    }
    if (next < 0) break
    comma = next
    at = skipSpace(raw, next + 1)
  }

  let isFirst = lastKept < 0
  for (let index = 0; index < names.length; index++) {
    const key = names[index]!
    if (wanted.get(key) === null || seen?.includes(key)) continue
    const place = Math.max(lastKept < 0 ? at : lastKept, splices.copied)
    const bytes = compiled.appendable(key)
    splices.add(place, place, isFirst ? bytes.subarray(1) : bytes)
    isFirst = false
  }
  return splices.apply()
}

/** Splices whose room is kept for the next body. */
const MAX_KEPT = 256
/** Where splices stand until they are applied: one body is edited at a time. */
const KEPT: number[] = []
const INSERTED: (Buffer | undefined)[] = []

/** Places of a text where other bytes come in, in order; applied with one copy. */
class Splices {
  /** Up to where the text is dealt with. */
  copied = 0
  readonly #raw: Buffer
  #count = 0
  #length = 0

  constructor(raw: Buffer) {
    this.#raw = raw
  }

  add(from: number, to: number, bytes?: Buffer): void {
    KEPT[2 * this.#count] = this.copied
    KEPT[2 * this.#count + 1] = from
    INSERTED[this.#count++] = bytes
    this.#length += from - this.copied + (bytes?.length ?? 0)
    this.copied = to
  }

  apply(): Buffer {
    const raw = this.#raw
    if (this.#count === 0) return raw
    const out = Buffer.allocUnsafe(this.#length + raw.length - this.copied)
    let at = 0
    for (let i = 0; i < this.#count; i++) {
      at += raw.copy(out, at, KEPT[2 * i], KEPT[2 * i + 1])
      at += INSERTED[i]?.copy(out, at) ?? 0
      INSERTED[i] = undefined
    }
    raw.copy(out, at, this.copied)
    if (this.#count > MAX_KEPT) {
      KEPT.length = 0
      INSERTED.length = 0
    }
    return out
  }
}

/** Key to its new bytes, or to null when it goes. */
function compile(edits: BodyEdits): Map<string, Buffer | null> {
  const wanted = new Map<string, Buffer | null>()
  for (const key of edits.remove ?? []) wanted.set(key, null)
  for (const [key, value] of Object.entries(edits.set ?? {})) {
    const text = JSON.stringify(value) as string | undefined
    wanted.set(key, text === undefined ? null : Buffer.from(text))
  }
  return wanted
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
const isAscii = (name: string): boolean => /^[\x00-\x7f]*$/.test(name)

/** Which of the names the key is. Most keys are none, and are never decoded. */
function nameAt(raw: Buffer, start: number, end: number, names: readonly string[]): string | undefined {
  const from = start + 1
  const length = end - start - 2
  // By index: an iterator gives an object for each name.
  for (let place = 0; place < names.length; place++) {
    const name = names[place]!
    if (name.length !== length) continue
    let i = 0
    while (i < length && raw[from + i] === name.charCodeAt(i)) i++
    if (i === length) return name
  }
  for (let at = from; at < end - 1; at++) if (raw[at] === BACKSLASH) return keyOf(raw, start, end)
  return undefined
}

function keyOf(raw: Buffer, start: number, end: number): string {
  const inner = raw.toString('utf8', start + 1, end - 1)
  if (!inner.includes('\\')) return inner
  try {
    return JSON.parse(raw.toString('utf8', start, end)) as string
  } catch (error) {
    throw broken(reasonOf(error))
  }
}

/** Whether `raw[start, end)` is `value`: in a loop where it is short, since a native call makes objects. */
function isThere(raw: Buffer, value: Buffer, start: number, end: number): boolean {
  const { length } = value
  if (end - start !== length) return false
  if (length > SHORT_STRING) return raw.compare(value, 0, length, start, end) === 0
  let at = 0
  while (at < length && raw[start + at] === value[at]) at++
  return at === length
}

function skipSpace(raw: Buffer, from: number): number {
  let at = from
  for (let byte = raw[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = raw[at]) at++
  return at
}

/** From the opening quote to behind the closing one. */
function skipString(raw: Buffer, from: number): number {
  let at = from + 1
  for (;;) {
    const near = Math.min(at + SHORT_STRING, raw.length)
    while (at < near) {
      const byte = raw[at]
      if (byte === QUOTE) return at + 1
      at += byte === BACKSLASH ? 2 : 1
    }
    const quote = raw.indexOf(QUOTE, at)
    if (quote < 0) throw broken(`the string at byte ${from} has no end`)
    // What stands before `at` is whole characters, so backslashes are counted back to it and no further.
    let before = quote - 1
    while (before >= at && raw[before] === BACKSLASH) before--
    if ((quote - before) % 2 === 1) return quote + 1
    at = quote + 1
  }
}

/** From the first byte of a value to behind its last. */
function skipValue(raw: Buffer, from: number): number {
  let at = from
  let depth = 0
  const first = raw[at]
  if (first === QUOTE) return skipString(raw, at)
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipScalar(raw, at)
  while (at < raw.length) {
    const byte = raw[at]
    if (byte === QUOTE) {
      at = skipString(raw, at)
      continue
    }
    at++
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at
  }
  throw broken(`the value at byte ${from} has no end`)
}

function skipScalar(raw: Buffer, from: number): number {
  let at = from
  for (let byte = raw[at]; byte !== undefined && byte > 0x20 && byte !== COMMA && byte !== CLOSE_BRACE; byte = raw[at])
    at++
  if (at === from) throw broken(`a value was expected at byte ${from}`)
  return at
}

const broken = (reason: string): RouterError => new RouterError('ROUTER_BAD_JSON', { reason })
