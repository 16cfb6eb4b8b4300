import { SHORT_ANSWERS } from '../base/short-answers.ts'
import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import type { RouterEvent } from '../plugins/api.ts'
import { gauge } from '../reports/prometheus-text.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import type { Log } from './log.ts'

export interface LengthWatchParts {
  readonly book: Pick<OutcomeBook, 'lengthRatio'>
  readonly catalogue: () => Catalogue
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly onEvent: (event: RouterEvent) => void
  /** Unix milliseconds. */
  readonly now: () => number
}

const INTERVAL_MS = 5_000
/** From here on it is over: between the two nothing changes. */
const OVER = 0.5
/** One endpoint warns once in this time, however often it comes and goes. */
const QUIET_MS = 3_600_000

interface Short {
  readonly model: string
  readonly isLogged: boolean
}

/**
 * Watches whether endpoints answer much shorter than the others of their model ("Sorry." in 40 ms is no good answer):
 * one warning when that begins and one when it is over, an event for observers, a gauge. Its timer keeps nothing alive.
 */
export class LengthWatch {
  readonly #parts: LengthWatchParts
  readonly #timer: NodeJS.Timeout
  #ratios: ReadonlyMap<string, number> = new Map()
  readonly #short = new Map<string, Short>()
  /** When an endpoint warned last. */
  readonly #warned = new Map<string, number>()

  constructor(parts: LengthWatchParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.look(), INTERVAL_MS)
    this.#timer.unref()
  }

  look(): void {
    const { book, catalogue } = this.#parts
    const now = this.#parts.now()
    const ratios = new Map<string, number>()
    for (const { name, routes } of catalogue().models.values()) {
      if (routes.length < 2) continue
      const endpoints = routes.map(({ endpoint }) => endpoint.id)
      for (const endpoint of endpoints) {
        const ratio = book.lengthRatio(endpoint, endpoints, now)
        if (ratio === undefined) continue
        ratios.set(endpoint, Math.min(ratio, ratios.get(endpoint) ?? ratio))
        if (ratio < SHORT_ANSWERS && !this.#short.has(endpoint)) this.#begin(endpoint, name, ratio, now)
      }
    }
    for (const [endpoint, { model, isLogged }] of this.#short) {
      const ratio = ratios.get(endpoint)
      if (ratio === undefined || ratio >= OVER) this.#end(endpoint, model, ratio, isLogged, now)
    }
    this.#ratios = ratios
  }

  /** In Prometheus' text format. */
  metrics(): string {
    const samples = [...this.#ratios].map(([endpoint, ratio]) => [{ endpoint }, Number(ratio.toFixed(3))] as const)
    return gauge('answer_length_ratio', "Length of answers over that of the model's other endpoints.", samples)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #begin(endpoint: string, model: string, ratio: number, now: number): void {
    const isLogged = now - (this.#warned.get(endpoint) ?? Number.NEGATIVE_INFINITY) >= QUIET_MS
    this.#short.set(endpoint, { model, isLogged })
    if (!isLogged) return
    this.#warned.set(endpoint, now)
    const fields = { endpoint, model, length_ratio: rounded(ratio) }
    this.#parts.log.warn(fields, "The endpoint answers much shorter than the model's others: look at what it says")
    this.#parts.onEvent({ event: 'short_answers', state: 'began', time: now, ...fields })
  }

  #end(endpoint: string, model: string, ratio: number | undefined, isLogged: boolean, now: number): void {
    this.#short.delete(endpoint)
    if (!isLogged) return
    const fields = { endpoint, model, ...(ratio !== undefined && { length_ratio: rounded(ratio) }) }
    this.#parts.log.info(fields, "The endpoint's answers are about as long as the others' again")
    this.#parts.onEvent({ event: 'short_answers', state: 'ended', time: now, ...fields })
  }
}

const rounded = (ratio: number): number => Number(ratio.toFixed(2))
