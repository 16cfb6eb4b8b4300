import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UNFINISHED, writeWhole } from '../../../base/files/write-whole.ts'
import { unseal, verifySealed } from '../../protocol/signed.ts'
import type { Report } from '../../protocol/types.ts'
import { checkReport } from '../../protocol/validate.ts'

export interface SpoolLimits {
  readonly files: number
  readonly bytes: number
}

/** Two days of hours. */
const SPOOL_LIMITS: SpoolLimits = { files: 48, bytes: 16_777_216 }

export interface Waiting {
  readonly epoch: number
  readonly bytes: number
}

const NAME = /^\d{1,13}$/
/** Where a file goes that is not what it should be; only the last one is kept. */
const CORRUPT = 'corrupt'

/**
 * Sealed reports that the hub has not acknowledged, one file each, named by its epoch: written whole and not written
 * again, so that whatever is sent of an epoch is always the same bytes, unless the hub has refused them for what it
 * does not know. Bounded: the oldest go first. For one process at a time.
 */
export class Spool {
  /** Reports that were dropped since the spool was opened: no room, or not readable. */
  dropped = 0
  readonly #directory: string
  readonly #limits: SpoolLimits
  #waiting: Waiting[]

  private constructor(directory: string, waiting: Waiting[], limits: SpoolLimits) {
    this.#directory = directory
    this.#waiting = waiting
    this.#limits = limits
  }

  /**
   * Makes the folder, and removes what a crash left unfinished. With `readOnly` it only looks; the folder need not
   * exist.
   */
  static async open(directory: string, { limits = SPOOL_LIMITS, readOnly = false } = {}): Promise<Spool> {
    if (!readOnly) await mkdir(directory, { recursive: true, mode: 0o700 })
    const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (readOnly && error.code === 'ENOENT') return []
      throw error
    })
    if (!readOnly) {
      for (const name of names) if (name.endsWith(UNFINISHED)) await rm(join(directory, name), { force: true })
    }
    const waiting: Waiting[] = []
    for (const name of names.filter((name) => NAME.test(name))) {
      const { size } = await stat(join(directory, name))
      waiting.push({ epoch: Number(name), bytes: size })
    }
    return new Spool(directory, waiting.sort(byEpoch), limits)
  }

  /** Oldest first. */
  get waiting(): readonly Waiting[] {
    return this.#waiting
  }

  /**
   * Keeps a sealed report; it is on the disk when this resolves. False, and nothing written, when there is one of this
   * epoch. Rejects with the system's error; then there is none.
   */
  async put(epoch: number, sealed: Uint8Array): Promise<boolean> {
    if (this.#waiting.some((report) => report.epoch === epoch)) return false
    await writeWhole(this.#path(epoch), sealed)
    this.#waiting = [...this.#waiting, { epoch, bytes: sealed.length }].sort(byEpoch)
    while (this.#waiting.length > this.#limits.files || this.#bytes > this.#limits.bytes) {
      await this.remove(this.#waiting[0]!.epoch)
      this.dropped++
    }
    return true
  }

  /** Puts other bytes in the place of a report that the hub does not take as it is. Rejects with the system's error. */
  async replace(epoch: number, sealed: Uint8Array): Promise<void> {
    await writeWhole(this.#path(epoch), sealed)
    this.#waiting = this.#waiting.map((report) => (report.epoch === epoch ? { epoch, bytes: sealed.length } : report))
  }

  /**
   * The bytes to send. Undefined when there are none; a file that is not a report of this epoch as a member seals it is
   * set aside as `corrupt`.
   */
  async read(epoch: number): Promise<Buffer | undefined> {
    return (await this.#load(epoch))?.bytes
  }

  /** What is in it. */
  async report(epoch: number): Promise<Report | undefined> {
    return (await this.#load(epoch))?.report
  }

  /** The hub has it, or will never take it. */
  async remove(epoch: number): Promise<void> {
    await rm(this.#path(epoch), { force: true })
    this.#forget(epoch)
  }

  get #bytes(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async #load(epoch: number): Promise<{ readonly bytes: Buffer; readonly report: Report } | undefined> {
    if (!this.#waiting.some((report) => report.epoch === epoch)) return undefined
    const bytes = await readFile(this.#path(epoch))
    const report = reportIn(bytes)
    if (report?.epoch === epoch) return { bytes, report }
    await rename(this.#path(epoch), join(this.#directory, CORRUPT))
    this.#forget(epoch)
    this.dropped++
    return undefined
  }

  #forget(epoch: number): void {
    this.#waiting = this.#waiting.filter((report) => report.epoch !== epoch)
  }

  #path(epoch: number): string {
    return join(this.#directory, String(epoch))
  }
}

function reportIn(bytes: Buffer): Report | undefined {
  try {
    return checkReport(verifySealed('report', unseal(bytes)))
  } catch {
    return undefined
  }
}

const byEpoch = (a: Waiting, b: Waiting): number => a.epoch - b.epoch
