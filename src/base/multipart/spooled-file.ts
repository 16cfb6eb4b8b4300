import { createCipheriv, randomBytes } from 'node:crypto'
import { readSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveBack } from '../give-back.ts'
import { Places } from './places.ts'

/** Bytes that are looked through at once. */
const WINDOW = 256 * 1024

/** Bytes of one block of the cipher. */
const BLOCK = 16

/**
 * Bytes in a temporary file that has no name any more: nobody else can open it, and the system frees it when it is
 * closed, or when the process ends in whatever way. What stays on the disk then cannot be read: it is encrypted (AES in
 * counter mode, NIST SP 800-38A) with a key of its own, which is in memory only.
 */
export class SpooledFile {
  readonly #handle: FileHandle
  readonly #key = randomBytes(32)
  #length = 0
  #window: Buffer | undefined
  #windowStart = 0

  readonly #places: Places

  private constructor(handle: FileHandle, sought: Buffer) {
    this.#handle = handle
    this.#places = new Places(sought)
  }

  /**
   * In the system's folder for temporary files (TMPDIR). `sought`: what will be looked for, and is found
   * as it comes. Rejects with the system's error.
   */
  static async open(sought: Buffer): Promise<SpooledFile> {
    const folder = await mkdtemp(join(tmpdir(), 'commonroute-'))
    try {
      return new SpooledFile(await open(join(folder, 'form'), 'wx+', 0o600), sought)
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => {})
    }
  }

  get length(): number {
    return this.#length
  }

  /** At its end, one at a time. Rejects with the system's error; the file is then as long as it was. */
  async append(bytes: Buffer): Promise<void> {
    const hidden = this.#crypt(bytes, this.#length)
    let written = 0
    while (written < hidden.length) {
      const left = hidden.length - written
      written += (await this.#handle.write(hidden, written, left, this.#length + written)).bytesWritten
    }
    this.#length += written
    giveBack(hidden)
    this.#places.add(bytes)
  }

  /** A copy, read at once. */
  read(start: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(end - start)
    let got = 0
    while (got < bytes.length) got += some(readSync(this.#handle.fd, bytes, got, bytes.length - got, start + got))
    return this.#shown(bytes, start)
  }

  /** A copy, read beside everything else. */
  async readLater(start: number, end: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(end - start)
    let got = 0
    while (got < bytes.length)
      got += some((await this.#handle.read(bytes, got, bytes.length - got, start + got)).bytesRead)
    return this.#shown(bytes, start)
  }

  /** See `Places.after`. */
  placeOf(text: Buffer, from: number): number | undefined {
    return this.#places.after(text, from)
  }

  /** A place must be within the file. */
  byteAt(place: number): number {
    if (!this.#holds(place)) this.#fill(place)
    return this.#window![place - this.#windowStart]!
  }

  /** From a place on, as many as there are or a window holds; valid until another place is asked for. */
  windowFrom(place: number): Buffer {
    const wanted = Math.min(WINDOW / 2, this.#length - place)
    if (!this.#holds(place) || !this.#holds(place + wanted - 1)) this.#fill(place)
    return this.#window!.subarray(place - this.#windowStart)
  }

  /** Nothing can be read afterwards; what is being read still comes. */
  async close(): Promise<void> {
    this.#window = undefined
    await this.#handle.close().catch(() => {})
  }

  #holds(place: number): boolean {
    return place >= this.#windowStart && place < this.#windowStart + (this.#window?.length ?? 0)
  }

  #fill(place: number): void {
    if (this.#window) giveBack(this.#window)
    this.#window = this.read(place, Math.min(place + WINDOW, this.#length))
    this.#windowStart = place
  }

  #shown(hidden: Buffer, place: number): Buffer {
    const bytes = this.#crypt(hidden, place)
    giveBack(hidden)
    return bytes
  }

  /** Either way; `place`: of the first byte. */
  #crypt(bytes: Buffer, place: number): Buffer {
    const counter = Buffer.alloc(BLOCK)
    counter.writeUIntBE(Math.floor(place / BLOCK), BLOCK - 6, 6)
    const cipher = createCipheriv('aes-256-ctr', this.#key, counter)
    cipher.update(Buffer.alloc(place % BLOCK))
    return cipher.update(bytes)
  }
}

/** Something has cut the file. */
function some(bytes: number): number {
  if (bytes === 0) throw Object.assign(new RangeError('a temporary file is shorter than it was'), { code: 'EIO' })
  return bytes
}
