import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import type { PluginLog, RequestRecord } from '../../plugins/api.ts'
import { logFileName, pruneLogFiles } from './log-files.ts'
import { recordToLine } from './record-line.ts'

export { readRecords } from './log-reader.ts'
export { LogSearch } from './log-search.ts'
export { lineToRecord, recordToLine } from './record-line.ts'

/** How long lines wait for company. Milliseconds. */
const LINGER_MS = 250
/** After a failed write. Milliseconds. */
const RETRY_MS = 2_000
/** Written at once when so much waits; bytes, roughly (characters). */
const BATCH_BYTES = 256 * 1024
/** Lines beyond this are dropped while the disk does not keep up. */
const BUFFER_BYTES = 8 * 1024 * 1024
const HOUR_MS = 3_600_000
/** A file is full at this share of what all may take, so that deleting one frees a little at a time. */
const FILE_SHARE = 1 / 16

export interface DecisionLogOptions {
  /** Made when missing (mode 0700); files have mode 0600. */
  readonly directory: string
  /** Older files are deleted. Milliseconds. */
  readonly keepMs: number
  /** Of all files together. */
  readonly maxBytes: number
  readonly log: Pick<PluginLog, 'info' | 'warn'>
  readonly now?: () => number
}

/**
 * The decision log: one NDJSON line per request, in files of an hour at most. `write` only buffers; lines go to disk in batches, each line whole. When
 * the disk is slow, full or forbidden, lines wait in a bounded buffer and are dropped beyond it: one warning when it begins, one notice with
 * the number when it is over. A process that is killed loses what waited (a quarter of a second).
 */
export class DecisionLog {
  readonly #options: DecisionLogOptions
  readonly #now: () => number
  #lines: string[] = []
  #waiting = 0
  /** What is being written: kept until it is on disk, so that a line cut by a full disk is completed. */
  #batch: Buffer = Buffer.alloc(0)
  /** True when a part of the batch is on disk, perhaps of a line: the rest belongs into the same file. */
  #begun = false
  #file: { path: string; openedAt: number; bytes: number } | undefined
  #handle: FileHandle | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #failing = false
  #toldAt = Number.NEGATIVE_INFINITY
  #dropped = 0

  constructor(options: DecisionLogOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Lines lost since the disk last kept up. */
  get dropped(): number {
    return this.#dropped
  }

  /** Takes a record, and gives its line. Never waits and never throws. */
  write(record: RequestRecord): string {
    const line = recordToLine(record)
    this.writeLine(line)
    return line
  }

  /** Takes a line of another kind, which readers of records pass over. */
  writeLine(line: string): void {
    if (this.#waiting + this.#batch.length + line.length > BUFFER_BYTES) {
      this.#dropped++
      return
    }
    this.#lines.push(line)
    this.#waiting += line.length + 1
    if (this.#waiting >= BATCH_BYTES && !this.#failing) void this.flush()
    else this.#arm(LINGER_MS)
  }

  /** Writes what waits; resolves when it has been tried. Never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
      if (this.#waiting > 0 || this.#batch.length > 0) this.#arm(this.#failing ? RETRY_MS : LINGER_MS)
    })
    return this.#writing
  }

  /** Writes what waits, as far as the disk allows, and closes the file. */
  async close(): Promise<void> {
    // One flush may be under way with an older batch.
    await this.flush()
    if (this.#waiting > 0) await this.flush()
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#closeHandle()
  }

  #arm(delayMs: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.flush()
    }, delayMs)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    try {
      while (this.#batch.length > 0 || this.#waiting > 0) {
        if (this.#batch.length === 0) this.#takeBatch()
        const file = await this.#openFile()
        const { bytesWritten } = await this.#handle!.write(this.#batch)
        file.bytes += bytesWritten
        this.#batch = this.#batch.subarray(bytesWritten)
        this.#begun = this.#batch.length > 0
      }
      this.#recovered()
    } catch (error) {
      // Opened again at the next try: the folder may have been removed, or its disk replaced.
      await this.#closeHandle()
      if (this.#failing) return
      this.#failing = true
      const { directory } = this.#options
      this.#options.log.warn(
        { directory, reason: reasonOf(error) },
        'The decision log cannot be written. Records wait, and are lost if it lasts.',
      )
    }
  }

  #takeBatch(): void {
    this.#batch = Buffer.from(`${this.#lines.join('\n')}\n`)
    this.#lines = []
    this.#waiting = 0
  }

  #recovered(): void {
    if (this.#failing || this.#dropped > 0) {
      this.#options.log.info({ directory: this.#options.directory, dropped: this.#dropped }, 'The decision log is written again.')
    }
    this.#failing = false
    this.#dropped = 0
  }

  /** Opens the file to write to: a new one each hour and when it is full, but never within a line. */
  async #openFile() {
    const { directory, keepMs, maxBytes } = this.#options
    const now = this.#now()
    const { openedAt = Number.NEGATIVE_INFINITY, bytes = 0 } = this.#file ?? {}
    const isOver = Math.abs(now - openedAt) >= HOUR_MS || bytes >= maxBytes * FILE_SHARE
    if (!this.#file || (isOver && !this.#begun)) {
      await this.#closeHandle()
      await pruneLogFiles(directory, { now, keepMs, maxBytes: maxBytes * (1 - FILE_SHARE) })
      this.#file = { path: join(directory, logFileName(now)), openedAt: now, bytes: 0 }
    }
    if (this.#handle && (await this.#handle.stat()).nlink === 0) await this.#deleted()
    if (!this.#handle) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      this.#handle = await open(this.#file.path, 'a', 0o600)
    }
    return this.#file
  }

  /** What would be written now would be lost: somebody, or something that cleans up, has deleted the file. Not told again within the hour. */
  async #deleted(): Promise<void> {
    await this.#closeHandle()
    const now = this.#now()
    if (Math.abs(now - this.#toldAt) < HOUR_MS) return
    this.#toldAt = now
    const { directory, log } = this.#options
    log.warn({ directory }, 'The decision log was deleted while it was written. It is begun anew.')
  }

  async #closeHandle(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }
}
