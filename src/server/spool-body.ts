import { giveBack } from '../base/give-back.ts'
import { FileBytes } from '../base/multipart/form-bytes.ts'
import { delimiterOf, isForm } from '../base/multipart/parse-form.ts'
import { SpooledFile } from '../base/multipart/spooled-file.ts'
import { tooLarge } from './failure.ts'
import { announcedBy, BodyReader, type BodyTaker } from './read-body.ts'
import type { BodySink, SurfaceRequest } from './surface-request.ts'

/** Bytes of a form up to which it stays in memory, and of one in a file that may wait for the disk. */
const MAX_HELD = 1024 * 1024

/** What becomes of a form: one of the three is called, once; none when the client goes away in the midst of it. */
export interface FormTaker extends BodyTaker {
  spooled(bytes: FileBytes): void
}

/** Of a form that may be large, and lies in its request as it is. */
export const isSpoolable = (request: SurfaceRequest): boolean =>
  isForm(request.headers['content-type']) &&
  request.headers['content-encoding'] === undefined &&
  !(announcedBy(request) <= MAX_HELD)

/**
 * Reads a form under a cap into a temporary file, at the pace of the disk. A small one is read into memory, and so is
 * one that the disk does not take.
 */
export class FormSpool implements BodySink {
  readonly #request: SurfaceRequest
  readonly #limit: number
  #taker: FormTaker | undefined
  #file: SpooledFile | undefined
  #waiting: Buffer[] = []
  #length = 0
  /** The newest, in which Node's parser may still read. */
  #newest: Buffer | undefined
  #isWriting = false
  #hasEnded = false

  constructor(request: SurfaceRequest, limit: number, taker: FormTaker) {
    this.#request = request
    this.#limit = limit
    this.#taker = taker
  }

  begin(): void {
    if (announcedBy(this.#request) > this.#limit) this.#refuse()
    else this.#request.takeBody(this)
  }

  push(chunk: Buffer): void {
    if (!this.#taker) return
    this.#length += chunk.length
    if (this.#length > this.#limit) {
      this.#request.leaveBody()
      this.#refuse()
      return
    }
    const before = this.#newest
    this.#newest = chunk
    // Written in the meantime.
    if (before && !this.#waiting.includes(before)) giveBack(before)
    this.#waiting.push(chunk)
    if (this.#length > MAX_HELD) this.#write()
    if (this.#taker && this.#left() > MAX_HELD) this.#request.holdBody()
  }

  end(): void {
    this.#hasEnded = true
    if (this.#length > MAX_HELD) this.#write()
    else this.#release()?.body(Buffer.concat(this.#waiting))
  }

  /** The file goes, and whatever is still to come with it. */
  close(): void {
    this.#release()
    this.#waiting = []
    void this.#file?.close()
  }

  #write(): void {
    if (this.#isWriting) return
    this.#isWriting = true
    void this.#drain()
  }

  async #drain(): Promise<void> {
    try {
      this.#file ??= await SpooledFile.open(delimiterOf(this.#request.headers['content-type']!))
      while (this.#taker && this.#waiting.length > 0) await this.#append(this.#file, this.#waiting[0]!)
    } catch {
      if (this.#taker) this.#holdInMemory(this.#taker)
    }
    this.#isWriting = false
    if (!this.#taker) void this.#file?.close()
    else if (this.#hasEnded) this.#release()?.spooled(new FileBytes(this.#file!))
  }

  async #append(file: SpooledFile, chunk: Buffer): Promise<void> {
    await file.append(chunk)
    if (!this.#taker) return
    this.#waiting.shift()
    if (chunk !== this.#newest) giveBack(chunk)
    if (this.#left() <= MAX_HELD / 2) this.#request.resumeBody()
  }

  /** The disk is full, or there is none, or no boundary is named, which is said later. */
  #holdInMemory(taker: FormTaker): void {
    this.#release()
    try {
      const reader = new BodyReader(this.#request, this.#limit, taker)
      if (!this.#hasEnded) this.#request.takeBody(reader)
      const { length } = this.#file ?? NO_FILE
      for (let at = 0; at < length; at += MAX_HELD) reader.push(this.#file!.read(at, Math.min(at + MAX_HELD, length)))
      for (const chunk of this.#waiting) reader.push(chunk)
      if (this.#hasEnded) reader.end()
      else this.#request.resumeBody()
    } catch (error) {
      taker.refused(error as Error)
    }
  }

  /** Bytes that are not yet in the file. */
  #left(): number {
    return this.#length - (this.#file?.length ?? 0)
  }

  #refuse(): void {
    const taker = this.#release()
    this.close()
    taker?.refused(tooLarge(this.#limit))
  }

  #release(): FormTaker | undefined {
    const taker = this.#taker
    this.#taker = undefined
    return taker
  }
}

const NO_FILE = { length: 0 }
