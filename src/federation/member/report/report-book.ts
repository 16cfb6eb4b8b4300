import { randomBytes } from 'node:crypto'
import { publicClassOf } from '../../../outcomes/cells/class-of.ts'
import type { Opinion } from '../../../outcomes/quality/opinion.ts'
import type { Outcome } from '../../../outcomes/types.ts'
import { epochAt } from '../../protocol/epoch.ts'
import type { PublicEndpoint, PublicModel } from '../../protocol/types.ts'
import { CLASS_PATTERN } from '../../protocol/words.ts'
import { canonicalModels } from '../canonical-model.ts'
import { BookCell, cellKey } from './book-cell.ts'
import { groupsIn, OfferedModels } from './offered.ts'
import { ReportedModels } from './passed-over.ts'
import type { PrivateReason, PublicNames } from './public-name.ts'
import { NOTHING_PUBLIC, type PublicValues } from './public-values.ts'
import { QualityVotes } from './quality-votes.ts'
import { addOutcome, isReported } from './tally.ts'
import { Thresholds } from './thresholds.ts'

/** Cells that wait although they may stay empty: whether there is room for one must not depend on requests. */
const MAX_KNOWN = 1_000
/** Endpoint ids remembered. */
const MAX_ENDPOINTS = 2_000
const KEY_BYTES = 32
const FORMAT = 3
/** Whose cells had thresholds of their own: what waited in them is dropped, the rest is the same. */
const FORMAT_BEFORE = 2
const CLASS = new RegExp(CLASS_PATTERN)

/** An endpoint as the request path meets it: where its outcomes go, or why they go nowhere. */
interface Row {
  readonly name: PublicEndpoint | undefined
  readonly reason: PrivateReason | undefined
  readonly cells: Map<string, BookCell>
  /** Since the last report. */
  withheld: number
}

/** Requests of an endpoint that nothing is sent of. For the operator's eyes. */
export interface Withheld {
  readonly endpoint: string
  readonly reason: PrivateReason
  readonly requests: number
}

/**
 * What could be reported, by public endpoint and class, epoch by epoch. A cell that is too small for one epoch's report
 * waits for the next ones, and what waits ages (see book-cell.ts). Cells of which something is public wait whether
 * anything was counted in them or not, so that a report with one of them does not give away that there was. Nor does it
 * depend on other cells whether there is room for one: there are no more than public names (some 1,400, and those
 * declared) times classes (56). Learning is O(1) and allocates nothing but a new endpoint's or cell's place.
 */
export class ReportBook {
  /** Grows with every change: the same number means nothing new to save. */
  revision = 0
  /** Requests that were dropped since the start: their cell stayed too small for two days of epochs. */
  dropped = 0
  readonly #epochSeconds: number
  readonly #cells = new Map<string, BookCell>()
  readonly #rows = new Map<string, Row>()
  readonly #names: PublicNames
  #known: PublicValues = NOTHING_PUBLIC
  /** Keys of the cells that stay although they may be empty. */
  #kept = new Set<string>()
  /** What each offered model may be served by, for what is passed over. */
  groups: readonly (readonly PublicModel[])[] = []
  readonly #reported: ReportedModels
  /** When it was reported what is offered. */
  readonly offered: OfferedModels
  /** Minor version of the hub, as it said when it was asked last; undefined where it was not. */
  hubMinor: number | undefined
  readonly #quality: QualityVotes
  readonly #thresholds = new Thresholds()
  #closed: number
  #noiseKey: Buffer

  /**
   * An empty book. Its first report is of the epoch that runs: of earlier ones it cannot know whether they were
   * reported.
   */
  constructor(options: {
    readonly epochSeconds: number
    readonly names: PublicNames
    readonly now: number
    /** A public model's canonical name. Default: as its provider calls it. */
    readonly canonicalOf?: (endpoint: PublicEndpoint) => string
  }) {
    this.#epochSeconds = options.epochSeconds
    this.#names = options.names
    this.#closed = epochAt(options.now, options.epochSeconds) - 1
    this.#noiseKey = randomBytes(KEY_BYTES)
    this.#reported = new ReportedModels(options.epochSeconds)
    this.offered = new OfferedModels(options.epochSeconds)
    const modelOf = canonicalModels({ publicName: options.names.find, canonicalOf: options.canonicalOf })
    this.#quality = new QualityVotes({ ...options, modelOf })
  }

  /** The last epoch that is done with: reported, or without anything to report. */
  get closed(): number {
    return this.#closed
  }

  /** What the noise of the next report is made from; another one after each report. */
  get noiseKey(): Uint8Array {
    return this.#noiseKey
  }

  get cells(): Iterable<BookCell> {
    return this.#cells.values()
  }

  /** What was reported of late, and is not; see `ReportedModels`. */
  get reported(): ReportedModels {
    return this.#reported
  }

  /** How good answers were, where that was found. */
  get quality(): QualityVotes {
    return this.#quality
  }

  /** Books what somebody found of an answer; `before`: what it replaces. */
  learnQuality(opinion: Opinion, before: Opinion | undefined): void {
    if (this.#quality.learn(opinion, before)) this.revision++
  }

  get withheld(): Withheld[] {
    return [...this.#rows]
      .filter(([, { reason, withheld }]) => reason !== undefined && withheld > 0)
      .map(([endpoint, { reason, withheld }]) => ({ endpoint, reason: reason!, requests: withheld }))
  }

  learn(outcome: Outcome): void {
    const row = this.#rows.get(outcome.endpoint) ?? this.#row(outcome.endpoint)
    if (row.name === undefined) {
      row.withheld++
      return
    }
    const cell = row.cells.get(outcome.class) ?? this.#cell(row, outcome)
    if (cell === undefined) return
    cell.begin(epochAt(outcome.at, this.#epochSeconds))
    if (addOutcome(cell.current, outcome)) this.revision++
  }

  /**
   * The epoch that a report is due of: the last one that has ended, unless it is done with. When the clock has been set
   * back by more than an epoch, what it said before counts for nothing: the next report is then of the epoch that runs
   * now.
   */
  due(now: number): number | undefined {
    const running = epochAt(now, this.#epochSeconds)
    for (const cell of this.#cells.values()) cell.rewind(running)
    if (this.#closed > running) {
      this.#closed = running - 1
      this.revision++
    }
    return running - 1 > this.#closed ? running - 1 : undefined
  }

  /** Ends an epoch in all cells, so that what is learned from here on is of the next. Before its report is made. */
  end(epoch: number): void {
    for (const cell of this.#cells.values()) cell.begin(epoch + 1)
  }

  /**
   * Takes what is public of the offered endpoints, in place of what was before. Their cells of the classes that are
   * spoken of in public wait from now on, as far as there is room. Without `endpoints` those that wait stay the same.
   */
  know(values: PublicValues, endpoints?: Iterable<string>): void {
    this.#known = values
    if (!endpoints) return
    const before = this.#kept
    this.#kept = new Set()
    // Where there is no room for all, those that were reported first: that tells nothing which reports did not.
    const named = [...endpoints]
    const isReported = (id: string) => {
      const endpoint = this.#names.find(id)
      return endpoint !== undefined && this.#reported.includes(endpoint)
    }
    for (const id of [...named.filter(isReported), ...named.filter((id) => !isReported(id))]) {
      const endpoint = this.#names.find(id)
      if (!endpoint) continue
      for (const workloadClass of values.classes) {
        const key = cellKey(endpoint, workloadClass)
        if (this.#kept.size >= MAX_KNOWN || !values.find(endpoint, workloadClass)) continue
        this.#kept.add(key)
        if (!this.#cells.has(key))
          this.#cells.set(key, new BookCell(endpoint, workloadClass, this.#closed + 1, this.#thresholds.of(key)))
      }
    }
    for (const key of before) if (!this.#kept.has(key) && this.#cells.get(key)?.isEmpty) this.#cells.delete(key)
    // A row may point to a cell that is gone.
    for (const row of this.#rows.values()) row.cells.clear()
  }

  /** What is public of cells, as far as they wait whatever they hold. */
  get known(): PublicValues {
    return {
      classes: this.#known.classes,
      minor: this.#known.minor,
      find: (endpoint, workloadClass) =>
        this.#kept.has(cellKey(endpoint, workloadClass)) ? this.#known.find(endpoint, workloadClass) : undefined,
    }
  }

  /**
   * An epoch is done with: what was reported (keys of cells and of rows of quality) is forgotten, and what has waited
   * for too long.
   */
  close(epoch: number, reported: ReadonlySet<string>, reportedQuality?: ReadonlySet<string>, now = Date.now()): void {
    this.#quality.close(epoch, reportedQuality, now)
    for (const key of reported) this.#thresholds.renew(key)
    for (const [key, cell] of this.#cells) {
      if (reported.has(key)) {
        cell.forget(epoch)
        cell.threshold = this.#thresholds.of(key)
      }
      this.dropped += cell.age(epoch)
      if (cell.isEmpty && !this.#kept.has(key)) this.#cells.delete(key)
    }
    for (const row of this.#rows.values()) {
      row.cells.clear()
      row.withheld = 0
    }
    this.#closed = epoch
    this.#noiseKey = randomBytes(KEY_BYTES)
    this.revision++
  }

  /** All of it as JSON. */
  snapshot() {
    return {
      version: FORMAT,
      epoch_seconds: this.#epochSeconds,
      closed: this.#closed,
      noise_key: this.#noiseKey.toString('base64url'),
      thresholds: this.#thresholds.encode(),
      cells: [...this.#cells.values()].map((cell) => cell.encode()),
      kept: [...this.#kept],
      reported: this.#reported.encode(),
      offered: this.offered.encode(),
      hub_minor: this.hubMinor,
      groups: this.groups,
      quality: this.#quality.encode(),
    }
  }

  /**
   * Takes a snapshot into an empty book. False, and nothing taken, when it is not one, or one of epochs of another
   * length.
   */
  restore(snapshot: unknown): boolean {
    if (typeof snapshot !== 'object' || snapshot === null) return false
    const given = snapshot as Record<string, unknown>
    const { version, epoch_seconds, closed, noise_key, thresholds, cells, kept, reported, groups, quality } = given
    const key = Buffer.from(typeof noise_key === 'string' ? noise_key : '', 'base64url')
    if (!Number.isSafeInteger(closed) || key.length !== KEY_BYTES || epoch_seconds !== this.#epochSeconds) return false
    if (!Array.isArray(cells) || !Array.isArray(kept)) return false
    if (version === FORMAT ? !this.#thresholds.decode(thresholds) : version !== FORMAT_BEFORE) return false
    for (const each of version === FORMAT ? cells : []) {
      const cell = BookCell.decode(each, (name) => this.#thresholds.of(name))
      if (cell) this.#cells.set(cellKey(cell.endpoint, cell.class), cell)
    }
    this.#kept = new Set(kept.filter((name): name is string => this.#cells.has(name)))
    this.#reported.decode(reported)
    this.offered.decode(given.offered)
    if (typeof given.hub_minor === 'number') this.hubMinor = given.hub_minor
    this.groups = groupsIn(groups)
    this.#quality.decode(quality)
    this.#closed = closed as number
    this.#noiseKey = key
    return true
  }

  #row(endpoint: string): Row {
    if (this.#rows.size >= MAX_ENDPOINTS) this.#rows.clear()
    const name = this.#names.of(endpoint)
    const row: Row =
      'endpoint' in name
        ? { name: name.endpoint, reason: undefined, cells: new Map(), withheld: 0 }
        : { name: undefined, reason: name.reason, cells: new Map(), withheld: 0 }
    this.#rows.set(endpoint, row)
    return row
  }

  /** Undefined where nothing would be counted: whoever asks for what is not there begins no cells. */
  #cell({ name, cells }: Row, outcome: Outcome): BookCell | undefined {
    const workload = publicClassOf(outcome.class)
    const key = cellKey(name!, workload)
    let cell = this.#cells.get(key)
    if (!cell) {
      if (!isReported(outcome) || !CLASS.test(workload)) return undefined
      const epoch = epochAt(outcome.at, this.#epochSeconds)
      cell = new BookCell(name!, workload, epoch > this.#closed ? epoch : this.#closed + 1, this.#thresholds.of(key))
      this.#cells.set(key, cell)
    }
    cells.set(outcome.class, cell)
    return cell
  }
}
