import { SteadyClock } from '../../base/steady-clock.ts'
import type { Belief, JsonObject } from '../../plugins/api.ts'
import { readPosterior, SPEED_ROOT, TTFT_ROOT } from '../beliefs/beliefs.ts'
import { isWaking, wasIdle } from '../beliefs/cold.ts'
import { lengthFactor, lengthRatioOf } from '../beliefs/length.ts'
import type { PriorSource } from '../beliefs/prior.ts'
import { QualityBook } from '../quality/quality.ts'
import { type MutableSample, NOTHING, type Sample, sampleOf } from '../sample.ts'
import { decodeBook, encodeBook } from '../saving/book-state.ts'
import type { Outcome, Window, WindowStats } from '../types.ts'
import { UsageBook } from '../usage/usage-book.ts'
import { type BeliefContext, type BookBeliefs, believe, type Sources, sourcesOf } from './believe.ts'
import { isSteady } from './believed.ts'
import { publicClassOf } from './class-of.ts'
import { CellTable, type EndpointCells } from './endpoint-cells.ts'
import { EVIDENCE, NO_PEERS, type Quantity, readEvidence } from './evidence.ts'
import { Memory } from './memory.ts'
import { PeerTotals } from './peer-totals.ts'
import { AT } from './places.ts'
import { hasSupport, isDoubtfullySlow, isOwn, isShortOutlier, MIN_OBSERVATIONS } from './support.ts'
import { windowOf } from './window-of.ts'

/** Classes known over all endpoints; there are fewer than 100 real ones. */
const CLASSES = 200
/** With fewer of them every further one moves the belief. */
const YOUNG = 30
/** Longer names are not an endpoint's; they would break the bound on memory. */
const MAX_NAME_LENGTH = 512

/**
 * All outcomes, by (endpoint, class): windows to report, beliefs to route by. Times are wall-clock Unix milliseconds; a
 * clock that is set back is not noticed by windows and decays (see `SteadyClock`). Recording and reading beliefs is
 * O(1).
 */
export class OutcomeBook {
  /** How good the answers are, by model: kept and saved with the outcomes. */
  readonly quality = new QualityBook()
  /** What clients used: likewise. */
  readonly usage = new UsageBook()
  /**
   * When what was restored had been saved, Unix milliseconds; undefined for a book that began empty, and for stats of
   * before this was kept.
   */
  savedAt: number | undefined
  #prior: PriorSource | undefined
  readonly #table: CellTable
  readonly #global = new Map<string, Memory>()
  readonly #clock = new SteadyClock()
  readonly #totals = new PeerTotals()
  /** Of the beliefs that are being formed: a decision asks for those of many endpoints in one class. */
  readonly #sources: Sources
  /** Of the outcome that is being recorded. */
  readonly #sample: MutableSample = { ...NOTHING }
  #revision = 0
  #surprises = 0
  #shifts = 0

  /** `maxCells`, by default 5,000, bounds memory (12 kB each at the most) and file. */
  constructor(options: { readonly maxCells?: number } = {}) {
    this.#table = new CellTable(options.maxCells ?? 5_000)
    this.#sources = sourcesOf(this.#table.endpoints, this.#totals)
  }

  /** What others measured: from a file, from a hub, or nothing. It may be replaced at any time. */
  get prior(): PriorSource | undefined {
    return this.#prior
  }

  set prior(prior: PriorSource | undefined) {
    this.#surprises += 1 + (this.#prior?.revision ?? 0)
    this.#prior = prior
    this.quality.shared = prior?.quality
  }

  /** Grows with every record: the same number means that there is nothing new to save. */
  get revision(): number {
    return this.#revision + this.quality.revision + this.usage.revision
  }

  /**
   * Takes on the endpoints of a configuration. What clients name beside them pushes out nothing of theirs, and is kept
   * once it has answered.
   */
  configure(endpoints: ReadonlySet<string>): void {
    this.#totals.forget()
    this.#table.configure(endpoints)
  }

  /**
   * Grows with every outcome that says what was not believed: a fault, the end of faults, anything of an endpoint
   * hardly known. Also when what others say is replaced.
   */
  get surprises(): number {
    return this.#surprises + (this.#prior?.revision ?? 0)
  }

  /** Grows when an endpoint turns out slower or faster than it just was. */
  get shifts(): number {
    return this.#shifts
  }

  /** Outcomes learned from. */
  get learned(): number {
    return this.#revision
  }

  /** (Endpoint, class) cells held. */
  get size(): number {
    return this.#table.size
  }

  /**
   * Records an attempt. `now` is the wall clock, for an outcome that does not happen now: one that another process
   * handed over goes into the windows of its own time.
   */
  record(outcome: Outcome, now = outcome.at): void {
    const sample = sampleOf(outcome, this.#sample)
    if (!sample || outcome.endpoint.length > MAX_NAME_LENGTH || outcome.class.length > MAX_NAME_LENGTH) return
    if (outcome.kind !== 'ok' && this.#table.isStranger(outcome.endpoint)) return
    const time = this.#clock.tick(now)
    const at = Math.min(time, this.#clock.past(outcome.at))
    this.#totals.forget()
    const { cells, cell } = this.#table.use(outcome.endpoint, outcome.class)
    if (!outcome.stream && !Number.isNaN(sample.logLength)) this.#sample.logTtft -= lengthFactor(sample.outputTokens)
    this.#learnLately(cells, cell.memory, sample, at)
    let speedup = 0
    if (isShortOutlier(sample, cell.memory, at)) this.#sample.logTtft = Number.NaN
    else if (sample.ttftMs !== undefined) {
      const belief = this.#ownBelief('time', outcome, time)
      const isDoubtful = isDoubtfullySlow(sample.logTtft, belief, EVIDENCE.own.n)
      speedup = this.#learnTime(cells, belief, outcome, at)
      cell.leftOut = isDoubtful && !cell.leftOut && !sample.isWaking
      if (cell.leftOut) this.#sample.logTtft = Number.NaN
    }
    if (sample.speedBucket >= 0) {
      const belief = this.#ownBelief('speed', outcome, time)
      if (hasSupport(belief)) cells.lately.speed.observe(at, sample.logSpeed - belief.mean)
      if (isOwn(belief)) speedup = Math.max(speedup, sample.logSpeed - belief.mean)
    }
    if (sample.ok > 0 && cells.speedup.observe(speedup)) cells.forgetTimes()
    // A class that never failed cannot show that what fails in another one is well again.
    const failed = cell.memory.run.length > 0
    if (sample.fault > 0 || sample.limited || (sample.ok > 0 && cells.all.memory.run.length > 0)) this.#surprises++
    // What its model wrote is no failure to those who ask for no structure.
    const elsewhere = outcome.invalidOutput ? { ...sample, ok: 1, fault: 0 } : sample
    cell.learn(at, outcome.class.endsWith('.structured') ? sample : elsewhere)
    if (cells.all.learn(at, elsewhere) && failed) cells.forgive()
    cells.recent.add(outcome)
    cells.learned++
    this.#classMemory(outcome.class)?.learn(at, sample)
    this.#revision++
  }

  /**
   * What happened in the last `seconds`: of one endpoint or all, in one class or all. It reads text, some ten
   * microseconds for an endpoint: for reports, not for each request.
   */
  window(endpoint: string | undefined, workloadClass: string | undefined, seconds: Window, now: number): WindowStats {
    return windowOf(this.#table, endpoint, workloadClass, seconds, this.#clock.read(now))
  }

  /**
   * What is believed of an endpoint for requests of a class; see `posterior`, `successOf`, `Stall` and traits.ts. Where
   * nothing was learned of it since and nothing of it fades fast, what was believed a moment ago is given again.
   */
  beliefs(endpoint: string, workloadClass: string, now: number, context: BeliefContext = {}): BookBeliefs {
    const time = this.#clock.read(now)
    const cells = this.#table.endpoints.get(endpoint)
    const cell = cells?.classes.get(workloadClass)
    const prior = this.#prior?.find(endpoint, publicClassOf(workloadClass))
    const before = cell?.believed.read(cells!.learned, time, prior, context)
    if (before) return before
    const sources = this.#sources
    sources.map = this.#prior
    sources.prior = prior
    if (sources.workloadClass !== workloadClass || sources.overall === undefined) {
      sources.workloadClass = workloadClass
      sources.overall = this.#global.get(workloadClass)
    }
    const beliefs = believe(sources, cells, cell, endpoint, time, context)
    if (cell && isSteady(cells!.all.memory, beliefs, context))
      cell.believed.keep(beliefs, cells!.learned, time, prior, context)
    return beliefs
  }

  /**
   * Length of an endpoint's answers over that of its peers', in the class that it answers most in; undefined where
   * fewer than 20 of either are known. For reports, not for each request.
   */
  lengthRatio(endpoint: string, peers: readonly string[], now: number): number | undefined {
    return lengthRatioOf(this.#table.endpoints, endpoint, peers, this.#clock.read(now))
  }

  /** When an endpoint was asked last (Unix ms, 0: never), and how long it was seen to take to wake (ms, 0: never). */
  idleness(endpoint: string, now: number): { readonly lastAt: number; readonly wakingMs: number } {
    const memory = this.#table.endpoints.get(endpoint)?.all.memory
    if (!memory) return { lastAt: 0, wakingMs: 0 }
    const n = memory.at(this.#clock.read(now)).times(AT.cold)
    return { lastAt: this.#clock.wall(memory.lastAt), wakingMs: n > 0 ? memory.times(AT.coldMs) / n : 0 }
  }

  /** Every endpoint with outcomes, its classes, and when the last one came (wall clock). */
  endpoints(): { readonly endpoint: string; readonly classes: readonly string[]; readonly lastAt: number }[] {
    return [...this.#table.endpoints].map(([endpoint, cells]) => ({
      endpoint,
      classes: [...cells.classes.keys()],
      lastAt: this.#clock.wall(cells.all.memory.lastAt),
    }))
  }

  /**
   * Frees what no window reaches any more, and drops cells of which nothing is left. Endpoints gone from the
   * configuration stay until then.
   */
  prune(now: number): void {
    const time = this.#clock.read(now)
    this.#totals.forget()
    for (const { endpoint, workloadClass, cell } of this.#table.byAge()) {
      if (cell.rings.sweep(time) && cell.memory.isFaint(time)) this.#table.delete(endpoint, workloadClass)
    }
    for (const { all } of this.#table.endpoints.values()) all.rings.sweep(time)
  }

  /** All of it as JSON, after `prune`; under 10 MB. */
  snapshot(now: number): JsonObject {
    this.prune(now)
    const more = { quality: this.quality.encode(), usage: this.usage.encode(), saved_at: now }
    const beside = Buffer.byteLength(JSON.stringify(more))
    return { ...encodeBook(this.#table, this.#global, this.#clock.last, { beside }), ...more }
  }

  /**
   * Takes a snapshot into an empty book, and gives how many parts could not be read and were left out. Throws for a
   * newer format.
   */
  restore(state: JsonObject): number {
    this.#totals.forget()
    const leftOut = decodeBook(state, this.#table, (name) => this.#classMemory(name), this.#clock)
    this.quality.decode(state.quality)
    this.usage.decode(state.usage)
    if (typeof state.saved_at === 'number') this.savedAt = state.saved_at
    return leftOut
  }

  /** What is believed of an outcome before it is learned from, without what others say. */
  #ownBelief(quantity: Quantity, { endpoint, class: workloadClass, stream }: Outcome, time: number): Belief {
    const cells = this.#table.endpoints.get(endpoint)
    const own = cells?.classes.get(workloadClass)?.memory
    readEvidence(quantity, own, cells?.all.memory, this.#global.get(workloadClass), time, stream)
    EVIDENCE.prior = undefined
    EVIDENCE.peers = NO_PEERS
    return readPosterior(EVIDENCE, quantity === 'time' ? TTFT_ROOT : SPEED_ROOT)
  }

  /** Whether it was slow for having slept, or is slower than it was. How many times faster, as a logarithm. */
  #learnTime({ all, stall, lately }: EndpointCells, belief: Belief, { totalMs }: Outcome, at: number): number {
    const sample = this.#sample
    const logRatio = sample.logTtft - belief.mean
    const idle = wasIdle(all.memory, at - totalMs)
    if (idle) sample.coldMs = Math.max(0, sample.ttftMs! - Math.exp(sample.logTtft - Math.max(0, logRatio)))
    if (idle && isWaking(logRatio)) sample.isWaking = true
    else if (hasSupport(belief)) {
      const ratio = Math.exp(logRatio - lately.time.read(at))
      if (stall.observe(at, ratio, sample.ttftMs! / ratio)) this.#shifts++
      lately.time.observe(at, logRatio)
    }
    if (!hasSupport(belief) || belief.n < YOUNG) this.#surprises++
    return isOwn(belief) ? -logRatio : 0
  }

  /** What the last hours are beside weeks, of lengths and prices. */
  #learnLately({ lately, all }: EndpointCells, own: Memory, sample: Sample, at: number): void {
    const n = own.at(at).times(AT.lengths)
    if (n >= MIN_OBSERVATIONS && !Number.isNaN(sample.logLength))
      lately.length.observe(at, sample.logLength - own.times(AT.logLength) / n)
    const listUsd = all.memory.at(at).times(AT.listUsd)
    if (sample.listUsd > 0 && sample.paidUsd > 0 && listUsd > 0)
      lately.paid.observe(at, Math.log((sample.paidUsd / sample.listUsd) * (listUsd / all.memory.times(AT.paidUsd))))
  }

  #classMemory(workloadClass: string): Memory | undefined {
    const known = this.#global.get(workloadClass)
    if (known || this.#global.size >= CLASSES) return known
    const memory = new Memory()
    this.#global.set(workloadClass, memory)
    return memory
  }
}
