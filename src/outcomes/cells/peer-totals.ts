import { requestsOf } from '../beliefs/cold.ts'
import type { EndpointCells } from './endpoint-cells.ts'
import { AT } from './places.ts'

const NOBODY: readonly string[] = []

/** Given out so far: each is one book's alone. */
let marks = 0

/**
 * Sums over the endpoints of a model. A decision asks for the beliefs of all of them, one after another at one moment:
 * they are added up once, and each takes itself out.
 */
export class PeerTotals {
  readonly #inClass = new Total()
  readonly #inAll = new Total()
  #peers = NOBODY
  #cells: readonly EndpointCells[] = []
  #mark = 0

  /** Something was learned, or has gone. */
  forget(): void {
    this.#peers = NOBODY
  }

  /** Whether they are part of the totals that were given last. */
  has(cells: EndpointCells | undefined): boolean {
    return cells !== undefined && cells.mark === this.#mark
  }

  /** `workloadClass` undefined: over all classes. What is given is filled anew by the next call. */
  of(
    endpoints: ReadonlyMap<string, EndpointCells>,
    peers: readonly string[],
    workloadClass: string | undefined,
    now: number,
  ): Readonly<Total> {
    if (peers !== this.#peers || peers.length === 0) this.#take(endpoints, peers)
    const total = workloadClass === undefined ? this.#inAll : this.#inClass
    if (total.now !== now || total.workloadClass !== workloadClass) total.add(this.#cells, workloadClass, now)
    return total
  }

  /** Marked, since to find an id in a list compares it with most of them, letter by letter. */
  #take(endpoints: ReadonlyMap<string, EndpointCells>, peers: readonly string[]): void {
    this.#peers = peers
    this.#mark = ++marks
    this.#inClass.now = Number.NaN
    this.#inAll.now = Number.NaN
    const known: EndpointCells[] = []
    for (let at = 0; at < peers.length; at++) {
      const cells = endpoints.get(peers[at]!)
      if (!cells) continue
      cells.mark = this.#mark
      known.push(cells)
    }
    this.#cells = known
  }
}

export class Total {
  workloadClass: string | undefined
  now = Number.NaN
  /** Answers of known length, and their logarithms. */
  lengths = 0
  logLength = 0
  /** Decayed; see `requestsOf`. */
  requests = 0

  add(all: readonly EndpointCells[], workloadClass: string | undefined, now: number): void {
    this.workloadClass = workloadClass
    this.now = now
    let lengths = 0
    let logLength = 0
    let requests = 0
    for (let at = 0; at < all.length; at++) {
      const cells = all[at]!
      const memory = (workloadClass === undefined ? cells.all : cells.classes.get(workloadClass))?.memory.at(now)
      if (!memory) continue
      lengths += memory.times(AT.lengths)
      logLength += memory.times(AT.logLength)
      requests += requestsOf(memory)
    }
    this.lengths = lengths
    this.logLength = logLength
    this.requests = requests
  }
}
