import { endpointKey } from '../../protocol/endpoint-key.ts'
import { MAP_FADE_S } from '../../protocol/limits.ts'
import type { ProbeCell, PublicEndpoint } from '../../protocol/types.ts'

type FigureName = 'ttft' | 'total' | 'speed'

/** A mean of the logarithm, worth so many observations of one's own. */
export interface ProbedFigure {
  readonly mean: number
  readonly kappa: number
}

/**
 * What a measurement of many requests from one place is worth to a router elsewhere, in observations of its own: from
 * its own continent, and from another. Fewer requests are worth less.
 */
const NEAR_KAPPA = 4
const FAR_KAPPA = 2

/** What a measurement in another class of the kind is worth. */
const OTHER_CLASS = 0.5

/** The probe cells of a map by endpoint. */
export class ProbeIndex {
  readonly #cells: ReadonlyMap<string, readonly ProbeCell[]>

  constructor(cells: readonly ProbeCell[]) {
    this.#cells = Map.groupBy(cells, endpointKey)
  }

  /** What is measured of an endpoint in a class; other classes of its kind are worth half. */
  of(endpoint: PublicEndpoint, workloadClass: string): ProbedEndpoint | undefined {
    const cells = this.#cells.get(endpointKey(endpoint))
    if (!cells) return undefined
    const kind = workloadClass.slice(0, workloadClass.indexOf('.') + 1)
    const near = cells.filter((cell) => cell.class.startsWith(kind))
    return near.length > 0 ? new ProbedEndpoint(near, workloadClass) : undefined
  }
}

/** The probe cells that bear on an endpoint in a class. */
export class ProbedEndpoint {
  readonly #cells: readonly ProbeCell[]
  readonly #class: string

  constructor(cells: readonly ProbeCell[], workloadClass: string) {
    this.#cells = cells
    this.#class = workloadClass
  }

  /**
   * Cells weighed by their precision: that of the mean, and how far places differ. `now` in Unix milliseconds; after
   * `lastsS` seconds it is worth nothing.
   */
  figure(name: FigureName, continent: string, now: number, lastsS: number): ProbedFigure | undefined {
    let [sum, kappa, most] = [0, 0, 0]
    for (const cell of this.#cells) {
      const own = cell[name]
      if (!own || own.n <= 0) continue
      const place = cell.continent === continent && continent !== '-' ? NEAR_KAPPA : FAR_KAPPA
      const worth = this.#share(cell, now, lastsS) / (1 / place + 1 / own.n)
      sum += worth * own.mean
      kappa += worth
      most = Math.max(most, place)
    }
    return kappa > 0 ? { mean: sum / kappa, kappa: Math.min(most, kappa) } : undefined
  }

  /** Requests that were answered, and that failed. */
  success(now: number): { readonly a: number; readonly b: number } | undefined {
    let [a, b] = [0, 0]
    for (const cell of this.#cells) {
      const share = this.#share(cell, now, MAP_FADE_S)
      a += share * (cell.success?.a ?? 0)
      b += share * (cell.success?.b ?? 0)
    }
    return a + b > 0 ? { a, b } : undefined
  }

  #share(cell: ProbeCell, now: number, lastsS: number): number {
    return fading(cell, now, lastsS) * (cell.class === this.#class ? 1 : OTHER_CLASS)
  }
}

const fading = ({ time }: ProbeCell, now: number, lastsS: number): number =>
  Math.min(1, Math.max(0, 1 - (now / 1000 - time) / lastsS))
