import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import type { PluginLog, RequestRecord } from '../../plugins/api.ts'
import type { FinishedRequest } from './finished-request.ts'
import { type LinePlace, LineRing, type Segment } from './line-ring.ts'
import { logFileName, pruneLogFiles } from './log-files.ts'

export { readRecords } from './log-reader.ts'
export { LogSearch } from './log-search.ts'
export { lineToRecord, recordToLine } from './record-line.ts'

const LINGER_MS = 250
/** After a failed write. Milliseconds. */
const RETRY_MS = 2_000
/** Written at once when so many wait. */
const BATCH_BYTES = 512 * 1024
const HOUR_MS = 3_600_000
/** Files being written are full at this share of what all may take, so that deleting one frees a little at a time. */
const FILE_SHARE = 1 / 16
const NEWLINE = Buffer.from('\n')

export interface DecisionLogOptions {
  /** Made when missing (mode 0700); files have mode 0600. */
  readonly directory: string
  /** Older files are deleted. Milliseconds. */
  readonly keepMs: number
  /** Of all files together. */
  readonly maxBytes: number
  readonly log: Pick<PluginLog, 'info' | 'warn'>
  /** Where lines are written and wait for the disk; default: a ring of its own. */
  readonly lines?: LineRing
  /** How long lines wait for company. Milliseconds; default 250. */
  readonly lingerMs?: number
  /** Processes that write into the folder, each files of its own. Default 1. */
  readonly writers?: number
  readonly now?: () => number
}

/**
 * The decision log: one NDJSON line per request, in files of an hour at most, which no two processes share. `write`
 * only buffers; lines go to disk in batches, each line whole. While the disk is slow, full or forbidden, lines wait in a
 * bounded ring, which forgets the oldest ones when it is full: one warning when it begins, one notice with the number of
 * lost lines when it is over. A process that is killed loses what waited.
 */
export class DecisionLog {
  readonly #options: DecisionLogOptions
  readonly #now: () => number
  readonly #lines: LineRing
  readonly #lingerMs: number
  /** Bytes of a file that is full. */
  readonly #fileBytes: number
  /** Of a line whose beginning is on disk: its rest belongs into the same file. */
  #torn: Segment | undefined
  #file: { path: string; openedAt: number; bytes: number } | undefined
  #handle: FileHandle | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #failing = false
  /** When the file was last looked for. */
  #lookedAt = Number.NEGATIVE_INFINITY
  #warnedAt = Number.NEGATIVE_INFINITY
  /** Lines lost before the disk last kept up. */
  #lostBefore = 0

  constructor(options: DecisionLogOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#lines = options.lines ?? new LineRing()
    this.#lingerMs = options.lingerMs ?? LINGER_MS
    this.#fileBytes = (options.maxBytes * FILE_SHARE) / (options.writers ?? 1)
  }

  /** Lines lost since the disk last kept up. */
  get dropped(): number {
    return this.#lines.lost - this.#lostBefore
  }

  /** Takes a request's record, and gives where its line is. Never waits. */
  write(request: FinishedRequest | RequestRecord): LinePlace {
    const place = this.#lines.add(request)
    this.#saveSoon()
    return place
  }

  /** Takes a line of another kind, which readers of records pass over. */
  writeLine(line: string): void {
    this.#lines.addLine(line)
    this.#saveSoon()
  }

  #saveSoon(): void {
    if (this.#lines.waiting >= BATCH_BYTES && !this.#failing) void this.#flush(false)
    else this.#arm(this.#lingerMs)
  }

  /** Writes what waits; resolves when it has been tried. Never rejects. */
  flush(): Promise<void> {
    return this.#flush(true)
  }

  /** `looks`: whether the file is still there. */
  #flush(looks: boolean): Promise<void> {
    this.#writing ??= this.#write(looks).finally(() => {
      this.#writing = undefined
      if (this.#lines.waiting > 0) this.#arm(this.#failing ? RETRY_MS : this.#lingerMs)
    })
    return this.#writing
  }

  /** Writes what waits, as far as the disk allows, and closes the file. */
  async close(): Promise<void> {
    // One flush may be under way, of what waited when it began.
    await this.flush()
    if (this.#lines.waiting > 0) await this.flush()
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#closeHandle()
  }

  #arm(delayMs: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // Not for each batch of many: four times a second is soon enough.
      void this.#flush(Math.abs(this.#now() - this.#lookedAt) >= LINGER_MS)
    }, delayMs)
    this.#timer.unref()
  }

  async #write(looks: boolean): Promise<void> {
    try {
      if (looks && this.#handle) await this.#look(this.#handle)
      // What comes meanwhile waits for company again.
      for (let left = this.#lines.waiting; left > 0; ) {
        const written = await this.#writeSome()
        if (written === 0) break
        left -= written
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

  /** Writes what one segment holds, or as much as the system takes. Gives the number of bytes, 0 when nothing waits. */
  async #writeSome(): Promise<number> {
    const file = await this.#openFile()
    const segment = this.#lines.unsaved()
    if (!segment) return 0
    // The rest of that line was forgotten while the disk was full.
    if (this.#torn && this.#torn !== segment) file.bytes += (await this.#handle!.write(NEWLINE)).bytesWritten
    this.#torn = undefined
    const bytes = segment.bytes.subarray(segment.saved, segment.end)
    const { bytesWritten } = await this.#handle!.write(bytes)
    file.bytes += bytesWritten
    this.#lines.save(segment, bytesWritten)
    if (bytes[bytesWritten - 1] !== NEWLINE[0]) this.#torn = segment
    return bytesWritten
  }

  #recovered(): void {
    const { directory, log } = this.#options
    const { dropped } = this
    if (this.#failing || dropped > 0) log.info({ directory, dropped }, 'The decision log is written again.')
    this.#failing = false
    this.#lostBefore += dropped
  }

  /** Opens the file to write to: a new one each hour and when it is full, but never within a line. */
  async #openFile() {
    const { directory, keepMs, maxBytes } = this.#options
    const now = this.#now()
    const { openedAt = Number.NEGATIVE_INFINITY, bytes = 0 } = this.#file ?? {}
    const isOver = Math.abs(now - openedAt) >= HOUR_MS || bytes >= this.#fileBytes
    if (!this.#file || (isOver && !this.#torn)) {
      await this.#closeHandle()
      await pruneLogFiles(directory, { now, keepMs, maxBytes: maxBytes * (1 - FILE_SHARE) })
      this.#file = { path: join(directory, logFileName(now)), openedAt: now, bytes: 0 }
    }
    if (!this.#handle) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      this.#handle = await open(this.#file.path, 'a', 0o600)
    }
    return this.#file
  }

  async #look(handle: FileHandle): Promise<void> {
    this.#lookedAt = this.#now()
    if ((await handle.stat()).nlink === 0) await this.#deleted()
  }

  /**
   * What would be written now would be lost: somebody, or something that cleans up, has deleted the file. Not logged
   * again within the hour.
   */
  async #deleted(): Promise<void> {
    await this.#closeHandle()
    const now = this.#now()
    if (Math.abs(now - this.#warnedAt) < HOUR_MS) return
    this.#warnedAt = now
    const { directory, log } = this.#options
    log.warn({ directory }, 'The decision log was deleted while it was written. It is begun anew.')
  }

  async #closeHandle(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }
}
