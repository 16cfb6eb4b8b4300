import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UNFINISHED, writeWhole } from '../../../base/files/write-whole.ts'
import type { Opinion } from '../../../outcomes/quality/opinion.ts'
import type { Outcome } from '../../../outcomes/types.ts'
import { epochAt } from '../../protocol/epoch.ts'
import type { SigningKey } from '../../protocol/keys.ts'
import { seal } from '../../protocol/signed.ts'
import type { PublicEndpoint, PublicModel, Report, ReportCell } from '../../protocol/types.ts'
import { cellKey } from './book-cell.ts'
import type { PublicNames } from './public-name.ts'
import type { PublicValues } from './public-values.ts'
import { buildQuality } from './quality-report.ts'
import { rowKey } from './quality-votes.ts'
import { type BuiltReport, buildReport, lowered, type ReportSettings } from './report.ts'
import { ReportBook, type Withheld } from './report-book.ts'
import { Spool, type Waiting } from './spool.ts'

export interface ReporterOptions {
  /** The federation folder: `book.json` and `spool/` are in it. */
  readonly directory: string
  readonly key: SigningKey
  readonly epochSeconds: number
  readonly names: PublicNames
  readonly settings: ReportSettings
  /** Unix milliseconds. */
  readonly now: number
  /** A public model's canonical name. Default: as its provider calls it. */
  readonly canonicalOf?: (endpoint: PublicEndpoint) => string
  /** Looks at what another process keeps, and writes nothing. */
  readonly readOnly?: boolean
}

/** What `preview` shows: the next report as it would be sent if its epoch ended now, and all that is not in it. */
export interface ReportPreview extends BuiltReport {
  readonly epoch: number
  /** As they would be sent, before gzip; undefined when there is nothing to send. */
  readonly bytes: Buffer | undefined
  readonly withheld: readonly Withheld[]
  /** Sealed reports of earlier epochs, not yet acknowledged. */
  readonly waiting: readonly Waiting[]
  /** Nothing was counted or sent yet: what is offered is said as soon as the router runs. */
  readonly isNew: boolean
}

const BOOK = 'book.json'
const SPOOL = 'spool'

/**
 * From outcomes to sealed reports, exactly one for each epoch. `learn` is for the request path; everything else waits
 * for the disk, and is to be called one after the other. What a crash can do: outcomes learned since the last `save`
 * are lost. A report is sealed (on the disk, in the spool) before its cells are forgotten, the book without them is
 * saved before the report may be sent, and a book that is found older than the spool forgets them again: no request is
 * ever in two reports, and no epoch has two.
 */
export class Reporter {
  readonly #options: ReporterOptions
  readonly #path: string
  readonly #book: ReportBook
  readonly #spool: Spool
  readonly #settings: ReportSettings
  #saved: number
  #isNew = false
  /** Epoch of a report whose requests the book on the disk still holds: it must not be sent yet. */
  #unsettled: number | undefined

  private constructor(options: ReporterOptions, book: ReportBook, spool: Spool) {
    this.#options = options
    this.#settings = options.settings
    this.#path = join(options.directory, BOOK)
    this.#book = book
    this.#spool = spool
    this.#saved = book.revision
  }

  /**
   * Rejects with the system's error. A book that makes no sense is set aside as `book.json.corrupt`, and counting
   * starts anew.
   */
  static async open(options: ReporterOptions): Promise<Reporter> {
    const { directory, readOnly = false } = options
    if (!readOnly) await mkdir(directory, { recursive: true, mode: 0o700 })
    const spool = await Spool.open(join(directory, SPOOL), { readOnly })
    const reporter = new Reporter(options, new ReportBook(options), spool)
    await reporter.#load(readOnly)
    reporter.#isNew &&= spool.waiting.length === 0
    for (const { epoch } of spool.waiting) {
      const report = readOnly && epoch <= reporter.#book.closed ? undefined : await spool.report(epoch)
      if (!report || epoch <= reporter.#book.closed) continue
      reporter.#book.close(epoch, keysOf(report), qualityKeysOf(report), options.now)
      reporter.#note(report)
    }
    return reporter
  }

  /** Takes what is public, of the offered endpoints: when a map comes, before the next report. See `ReportBook`. */
  know(values: PublicValues, endpoints?: Iterable<string>): void {
    this.#book.know(values, endpoints)
  }

  /** Takes the offered endpoints: it is counted how good their models' answers are. */
  judgeOf(endpoints: Iterable<string>): void {
    if (this.#settings.quality !== false) this.#book.quality.offer(endpoints)
  }

  /** Whether what is published of a model's quality may rest on this router's reports. */
  hasReportedQuality(model: string): boolean {
    return this.#book.quality.hasReported(model)
  }

  /** Takes what each offered model may be served by, in public names: what is passed over is one of these. */
  offer(groups: readonly (readonly PublicModel[])[]): void {
    this.#book.groups = groups
  }

  /** Books an outcome. Never throws, never waits. */
  learn(outcome: Outcome): void {
    this.#book.learn(outcome)
  }

  /** Books what somebody found of an answer; `before`: what it replaces. Never throws, never waits. */
  learnQuality(opinion: Opinion, before: Opinion | undefined): void {
    if (this.#settings.quality !== false) this.#book.learnQuality(opinion, before)
  }

  /**
   * Seals the report of the epoch that ended last, if there is one to make and anything in it; to be called at the end
   * of an epoch, and now and then. Gives what it made. Rejects with the system's error when the disk fails; then it is
   * to be called again.
   */
  async close(now: number): Promise<BuiltReport | undefined> {
    const epoch = this.#book.due(now)
    if (epoch === undefined) return undefined
    this.#book.end(epoch)
    const built = this.#build(epoch)
    const isSealed = hasAnything(built) && (await this.#spool.put(epoch, seal(built.report, this.#options.key)))
    // One of this epoch, from before the clock was set back, stands: then the cells wait for the next.
    const [cells, quality] = isSealed ? [built.spent, built.spentQuality] : [NOTHING, NOTHING]
    this.#book.close(epoch, cells, quality, now)
    if (isSealed) {
      // With nothing to report it is still new: the hub was not asked in time what it takes.
      this.#isNew = false
      this.#unsettled = epoch
      this.#note(built.report)
    }
    await this.save()
    return isSealed ? built : undefined
  }

  /**
   * Takes the hub's minor version. To a hub that takes it, a member that is new says at once what it offers, in a
   * report of the epoch before its first one: no request is in it, and none can be. Not while `close` runs. Rejects
   * with the system's error; then it is to be called again.
   */
  async introduce(hubMinor: number): Promise<void> {
    if (hubMinor !== this.#book.hubMinor) this.#book.revision++
    this.#book.hubMinor = hubMinor
    if (!this.#isNew) return
    const { closed: epoch, groups, offered, noiseKey } = this.#book
    const models = hubMinor >= 3 ? offered.of(groups, epoch) : []
    if (models.length > 0) {
      const { report } = buildReport([], epoch, noiseKey, this.#settings, undefined, undefined, undefined, models)
      await this.#spool.put(epoch, seal(report, this.#options.key))
      this.#note(report)
      this.#book.revision++
      await this.save()
    }
    this.#isNew = false
  }

  /** Writes the book when it has changed; every ten seconds, and at the end. Rejects with the system's error. */
  async save(): Promise<void> {
    const { revision } = this.#book
    if (revision === this.#saved) return
    await writeWhole(this.#path, JSON.stringify(this.#book.snapshot()))
    this.#saved = revision
    this.#unsettled = undefined
  }

  /** Reports to send, oldest first. */
  get waiting(): readonly Waiting[] {
    return this.#spool.waiting.filter(({ epoch }) => epoch !== this.#unsettled)
  }

  /** The bytes of a waiting report, always the same; undefined when the file is gone or was not readable. */
  read(epoch: number): Promise<Buffer | undefined> {
    return this.#spool.read(epoch)
  }

  /**
   * Leaves out of a waiting report what its newest minor version brought, for a hub that refused it for its version: a
   * hub may be rolled back. What is left is what it was, noise included. False where there is nothing to leave out.
   */
  async lower(epoch: number): Promise<boolean> {
    const report = await this.#spool.report(epoch)
    const less = report && lowered(report)
    if (!less) return false
    await this.#spool.replace(epoch, seal(less, this.#options.key))
    return true
  }

  /** The hub has the report, or refused it for good. */
  settle(epoch: number): Promise<void> {
    return this.#spool.remove(epoch)
  }

  /** Changes nothing. The bytes are those that `close` seals, if nothing more is learned before the epoch ends. */
  preview(now: number): ReportPreview {
    const running = epochAt(now, this.#options.epochSeconds)
    const epoch = Math.max(running, this.#book.closed + 1)
    const built = this.#build(epoch)
    const bytes = hasAnything(built) ? seal(built.report, this.#options.key) : undefined
    const [{ withheld }, { waiting }] = [this.#book, this.#spool]
    return { ...built, epoch, bytes, withheld, waiting, isNew: this.#isNew }
  }

  #note({ cells, offered, epoch }: Report): void {
    this.#book.reported.note(cells, epoch)
    if (offered) this.#book.offered.note(offered, epoch)
  }

  #build(epoch: number): BuiltReport {
    const { cells, noiseKey, known, quality, groups, offered, hubMinor } = this.#book
    // A map may be of before the hub was rolled back.
    const minor = hubMinor ?? known.minor
    const passedOver = (sent: readonly ReportCell[]) =>
      minor >= 1 ? this.#book.reported.passedOver(groups, sent, epoch) : []
    const isTaken = minor >= 2 && this.#settings.quality !== false
    const judged = isTaken ? buildQuality(quality.rows, epoch, noiseKey, this.#settings) : undefined
    const offers = minor >= 3 ? offered.of(groups, epoch) : []
    return buildReport(cells, epoch, noiseKey, this.#settings, known, passedOver, judged, offers)
  }

  async #load(readOnly: boolean): Promise<void> {
    if (!readOnly) await rm(`${this.#path}${UNFINISHED}`, { force: true })
    try {
      if (this.#book.restore(JSON.parse(await readFile(this.#path, 'utf8')))) return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#isNew = true
        return
      }
      if (!(error instanceof SyntaxError)) throw error
    }
    if (!readOnly) await rename(this.#path, `${this.#path}.corrupt`)
  }
}

const NOTHING: ReadonlySet<string> = new Set()
const hasAnything = ({ spent, spentQuality, report }: BuiltReport): boolean =>
  spent.size + spentQuality.size > 0 || report.offered !== undefined
const qualityKeysOf = ({ quality = [] }: Report) => new Set(quality.map(({ model, type }) => rowKey(model, type)))
const keysOf = (report: Report): Set<string> => new Set(report.cells.map((cell) => cellKey(cell, cell.class)))
