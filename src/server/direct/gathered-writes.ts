import type { Socket } from 'node:net'

/** Bytes of what is copied into one piece. */
const MAX_GATHERED = 32 * 1024

/**
 * What is written to a socket, in one piece as far as it comes together: a write that gathers pieces costs the system
 * twice as much, and a corked stream costs more than keeping them here.
 */
export class GatheredWrites {
  readonly #socket: Socket
  #first: Buffer | string | undefined
  /** What comes behind it. */
  #more: (Buffer | string)[] | undefined
  #bytes = 0
  #isScheduled = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** `bytes`: a text has a character a byte. False: wait for the socket's `drain`. */
  write(bytes: Buffer | string): boolean {
    this.#add(bytes)
    return this.flush()
  }

  /** As `write`, without a copy of them. */
  writePieces(...pieces: readonly (Buffer | string)[]): boolean {
    this.flush()
    const socket = this.#socket
    socket.cork()
    for (const piece of pieces) this.#write(piece)
    socket.uncork()
    return !socket.writableNeedDrain
  }

  /** As `write`, but it goes out once this read has been dealt with, in one piece with what else has come by then. */
  gather(bytes: Buffer | string): boolean {
    this.#add(bytes)
    if (this.#bytes > MAX_GATHERED) return this.flush()
    if (!this.#isScheduled) {
      this.#isScheduled = true
      process.nextTick(flushThen, this)
    }
    return !this.#socket.writableNeedDrain
  }

  /** What was gathered goes out. */
  flush(): boolean {
    const first = this.#first
    if (first === undefined) return !this.#socket.writableNeedDrain
    const more = this.#more
    this.#first = undefined
    this.#more = undefined
    this.#bytes = 0
    return this.#write(more ? Buffer.concat([first, ...more].map(asBytes)) : first)
  }

  /** The read has been dealt with. */
  flushThen(): void {
    this.#isScheduled = false
    this.flush()
  }

  #add(bytes: Buffer | string): void {
    this.#bytes += bytes.length
    if (this.#first === undefined) this.#first = bytes
    else {
      this.#more ??= []
      this.#more.push(bytes)
    }
  }

  #write(bytes: Buffer | string): boolean {
    const socket = this.#socket
    if (!socket.writable) return true
    return typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes)
  }
}

const asBytes = (piece: Buffer | string) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)

function flushThen(writes: GatheredWrites): void {
  writes.flushThen()
}
