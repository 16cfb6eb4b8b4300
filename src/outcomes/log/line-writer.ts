const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const BACKSLASH = 0x5c
/** Longer texts are written by native code, which is quicker for them. */
const SHORT_TEXT = 128
/** Likewise of bytes. */
const SHORT_PIECE = 32
/** Of any number, in bytes: a sign, 15 digits, a point and nine more, or what JavaScript makes of it. */
const MAX_NUMBER_BYTES = 32
/** A fraction is written as an integer of so many digits, which V8 counts in 32 bits. */
const DIGITS = 9
const SCALE = 1e9

/** Gives a buffer of at least so many bytes, to go on in. The line that is begun is copied into it. */
export type MoreRoom = (bytes: number) => Buffer

/**
 * Writes JSON byte by byte into buffers that it is given, a line at a time: no text, number or row is allocated on the
 * way. A number that is no integer keeps nine digits behind the point, or, below one, nine significant ones.
 */
export class LineWriter {
  readonly #more: MoreRoom
  #bytes: Buffer
  #at = 0
  #start = 0

  constructor(more: MoreRoom) {
    this.#more = more
    this.#bytes = more(0)
  }

  /** The buffer that the line is in; another one once there was no room for the line's end. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Where the line begins, and where its next byte goes. */
  get start(): number {
    return this.#start
  }

  get at(): number {
    return this.#at
  }

  /** Begins the line anew. */
  rewind(): void {
    this.#at = this.#start
  }

  /** The next line begins here. */
  end(): void {
    this.#start = this.#at
  }

  /** What has been written of the line. */
  text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#at)
  }

  /** Punctuation. */
  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  /** Bytes as they are: a key, or JSON that stands already. */
  raw(piece: Uint8Array): void {
    const { length } = piece
    this.#room(length)
    // The call of native code costs more than a short key has bytes.
    if (length > SHORT_PIECE) this.#bytes.set(piece, this.#at)
    else for (let i = 0; i < length; i++) this.#bytes[this.#at + i] = piece[i]!
    this.#at += length
  }

  /** A text as it is. */
  plain(value: string): void {
    this.#room(value.length > SHORT_TEXT ? Buffer.byteLength(value) : 3 * value.length)
    this.#at += this.#bytes.write(value, this.#at, 'utf8')
  }

  string(value: string): void {
    if (value.length > SHORT_TEXT || !this.#simple(value)) this.plain(JSON.stringify(value))
  }

  /** Writes a short text that needs no escapes. False, and nothing written, when it needs some. */
  #simple(value: string): boolean {
    const { length } = value
    this.#room(length + 2)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = QUOTE
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code < 0x20 || code === QUOTE || code === BACKSLASH || code > 0x7e) return false
      bytes[at++] = code
    }
    bytes[at++] = QUOTE
    this.#at = at
    return true
  }

  /** What JSON has no word for is null. */
  number(value: number): void {
    this.#room(MAX_NUMBER_BYTES)
    const size = Math.abs(value)
    if (!(size < 1e15) || (size < 1e-6 && size > 0)) this.#native(value)
    else {
      if (value < 0) this.#bytes[this.#at++] = MINUS
      if (Number.isInteger(value)) this.#integer(size)
      else this.#fraction(size)
    }
  }

  flag(value: boolean): void {
    this.raw(value ? TRUE : FALSE)
  }

  /** Takes a comma back that nothing followed, and closes. */
  close(bracket: number): void {
    if (this.#bytes[this.#at - 1] === COMMA) this.#at--
    this.byte(bracket)
  }

  #fraction(size: number): void {
    let whole = Math.floor(size)
    let rest = size - whole
    // Zeros behind the point take no digits away from what follows.
    let zeros = 0
    if (whole === 0) for (; rest < 0.1; zeros++) rest *= 10
    let scaled = Math.round(rest * SCALE) | 0
    if (scaled === SCALE) {
      // 0.099... is 0.1, and 1.999... is 2.
      scaled = zeros > 0 ? SCALE / 10 : 0
      if (zeros > 0) zeros--
      else whole++
    }
    this.#integer(whole)
    if (scaled === 0) return
    const bytes = this.#bytes
    bytes[this.#at++] = DOT
    for (; zeros > 0; zeros--) bytes[this.#at++] = ZERO
    const from = this.#at
    let end = from + DIGITS
    for (let i = end - 1; i >= from; i--) {
      const next = (scaled / 10) | 0
      bytes[i] = ZERO + scaled - 10 * next
      scaled = next
    }
    while (bytes[end - 1] === ZERO) end--
    this.#at = end
  }

  #integer(size: number): void {
    const bytes = this.#bytes
    let count = 1
    for (let power = 10; size >= power; power *= 10) count++
    const from = this.#at
    const end = from + count
    let i = end
    let rest = size
    while (rest > 0x7fffffff) {
      const next = Math.floor(rest / 10)
      bytes[--i] = ZERO + rest - 10 * next
      rest = next
    }
    for (let small = rest | 0; i > from; ) {
      const next = (small / 10) | 0
      bytes[--i] = ZERO + small - 10 * next
      small = next
    }
    this.#at = end
  }

  #native(value: number): void {
    this.#at += this.#bytes.write(Number.isFinite(value) ? String(value) : 'null', this.#at, 'latin1')
  }

  #room(bytes: number): void {
    const at = this.#at
    if (at + bytes <= this.#bytes.length) return
    const begun = this.#bytes.subarray(this.#start, at)
    this.#bytes = this.#more(begun.length + bytes)
    this.#bytes.set(begun)
    this.#start = 0
    this.#at = begun.length
  }
}

const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
