import { Strays } from '../../base/strays.ts'
import { Lately, OF_LENGTHS, OF_PRICES, OF_TIMES } from '../beliefs/lately.ts'
import { SpeedupDetector } from '../beliefs/speedup-detector.ts'
import { Stall } from '../beliefs/stall.ts'
import { RecentAnswers } from '../quality/recent-answers.ts'
import { Cell } from './cell.ts'

/**
 * The cells of one endpoint. `all` is counted along, so that the endpoint as a whole costs no more to read than a cell.
 */
export class EndpointCells {
  readonly all = new Cell()
  readonly classes = new Map<string, Cell>()
  readonly stall = new Stall()
  /** Of times to the first token, or of whole answers; of speeds; of what was paid; of lengths. */
  readonly lately = {
    time: new Lately(OF_TIMES),
    speed: new Lately(OF_TIMES),
    paid: new Lately(OF_PRICES),
    length: new Lately(OF_LENGTHS),
  }
  readonly recent = new RecentAnswers()
  readonly speedup = new SpeedupDetector()
  /** See `PeerTotals`. */
  mark = 0
  /** Outcomes so far. */
  learned = 0

  /** In the order of `lately`. */
  encodeLately(): number[][] {
    return Object.values(this.lately).map((layer) => layer.encode())
  }

  /** Takes what `encodeLately` gave; anything else is left out. */
  decodeLately(value: unknown, now: number): void {
    if (!Array.isArray(value)) return
    for (const [place, layer] of Object.values(this.lately).entries()) layer.decode(value[place], now)
  }

  /** It has become another endpoint for every class, also for one of which nobody asks it any more. */
  forgetTimes(): void {
    for (const { memory } of this.classes.values()) memory.forgetTimes()
    this.all.memory.forgetTimes()
    this.lately.time.clear()
    this.lately.speed.clear()
  }

  /** An outage of the endpoint is over for every class, not only the one that found it out. */
  forgive(): void {
    for (const { memory } of this.classes.values()) memory.forgive()
  }
}

/** Evicted at once when there are too many: this share of them, so that a sort is paid for by many insertions. */
const EVICTED_SHARE = 0.05
/** Endpoints that are not configured: clients name them as `provider/any-model`. */
const MAX_STRAYS = 200

/**
 * Cells by endpoint and class, at most `capacity` of them; the least recently used go. An endpoint goes with its last
 * class.
 */
export class CellTable {
  readonly endpoints = new Map<string, EndpointCells>()
  readonly #capacity: number
  readonly #strays = new Strays(MAX_STRAYS, (endpoint) => this.#forget(endpoint))
  #cells = 0
  #uses = 0

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity)
  }

  /** (Endpoint, class) cells held. */
  get size(): number {
    return this.#cells
  }

  /** Endpoints of the configuration, which others never push out. */
  configure(endpoints: ReadonlySet<string>): void {
    this.#strays.configure(endpoints, new Set(this.byAge().map(({ endpoint }) => endpoint)))
  }

  /** An endpoint that is not configured, and of which nothing is known. */
  isStranger(endpoint: string): boolean {
    return this.#strays.has(endpoint) && !this.endpoints.has(endpoint)
  }

  find(endpoint: string, workloadClass: string): Cell | undefined {
    return this.endpoints.get(endpoint)?.classes.get(workloadClass)
  }

  /** The cell and its endpoint, made when missing, marked as used. */
  use(endpoint: string, workloadClass: string): { readonly cells: EndpointCells; readonly cell: Cell } {
    let cells = this.endpoints.get(endpoint)
    if (!cells) {
      cells = new EndpointCells()
      this.endpoints.set(endpoint, cells)
    }
    let cell = cells.classes.get(workloadClass)
    if (!cell) {
      cell = new Cell()
      cells.classes.set(workloadClass, cell)
      this.#cells++
    }
    cell.used = ++this.#uses
    this.#strays.use(endpoint)
    if (this.#cells > this.#capacity) this.#evict()
    return { cells, cell }
  }

  delete(endpoint: string, workloadClass: string): void {
    const cells = this.endpoints.get(endpoint)
    if (!cells?.classes.delete(workloadClass)) return
    this.#cells--
    if (cells.classes.size > 0) return
    this.endpoints.delete(endpoint)
    this.#strays.delete(endpoint)
  }

  /** Every cell, least recently used first. */
  byAge(): { readonly endpoint: string; readonly workloadClass: string; readonly cell: Cell }[] {
    const all = [...this.endpoints].flatMap(([endpoint, { classes }]) =>
      [...classes].map(([workloadClass, cell]) => ({ endpoint, workloadClass, cell })),
    )
    return all.sort((a, b) => a.cell.used - b.cell.used)
  }

  #evict(): void {
    const excess = Math.max(1, Math.floor(this.#capacity * EVICTED_SHARE))
    const isStray = ({ endpoint }: { endpoint: string }) => Number(this.#strays.has(endpoint))
    const strayFirst = this.byAge().sort((a, b) => isStray(b) - isStray(a))
    for (const { endpoint, workloadClass } of strayFirst.slice(0, excess)) this.delete(endpoint, workloadClass)
  }

  #forget(endpoint: string): void {
    for (const workloadClass of [...(this.endpoints.get(endpoint)?.classes.keys() ?? [])])
      this.delete(endpoint, workloadClass)
  }
}
