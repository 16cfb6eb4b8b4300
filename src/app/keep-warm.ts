import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import { estimatePrice } from '../outcomes/estimates/cost.ts'
import { OWN_CLIENTS } from '../outcomes/log/own-clients.ts'
import type { Route } from '../routing/catalogue.ts'
import type { Engine } from '../routing/engine.ts'
import type { Call } from '../routing/ports.ts'
import { ownCall } from './own-requests/own-call.ts'
import { OwnRequests } from './own-requests/own-requests.ts'

export interface KeepWarmParts {
  readonly engine: () => Engine
  readonly book: Pick<OutcomeBook, 'idleness' | 'window'>
  /** Unix milliseconds. */
  readonly now: () => number
}

const MAX_INTERVAL_MS = 1_000
/** `keep_warm: true`: sooner than after four minutes nothing was seen to sleep. */
const USUAL_MS = 210_000
/** Traffic that says whether it is worth it. Seconds. */
const WINDOW_S = 1_800
/** USD that an hour of waiting costs, as the strategy `adaptive` has it. */
const VALUE_OF_TIME = 0.72
const HOUR_MS = 3_600_000
const INPUT_TOKENS = 12
const OUTPUT_TOKENS = 16
const TIMEOUT_MS = 120_000

/**
 * Asks endpoints with `keep_warm` for next to nothing when nobody has asked them for a while, so that a serverless one
 * does not go to sleep. Never one that health leaves out or slows down, as after a 429, nor one that is at work. With
 * `true` only where it was seen to sleep, and where the wait that a request of the next minutes would have is worth
 * more than it costs. Its timer keeps nothing alive.
 */
export class KeepWarm {
  readonly #parts: KeepWarmParts
  readonly #requests: OwnRequests
  readonly #abort = new AbortController()
  readonly #running = new Set<string>()
  /** When each was asked last, the newest at the end, as far as the window goes back. */
  readonly #asked = new Map<string, number[]>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: KeepWarmParts) {
    this.#parts = parts
    this.#requests = new OwnRequests(parts.engine)
  }

  /** To be called at each configuration: looks for what to keep warm from now on, with no timer where nothing is. */
  configure(): void {
    const intervals = [...this.#routes()].map(({ keepWarm }) => (keepWarm === true ? USUAL_MS : keepWarm!))
    clearInterval(this.#timer)
    this.#timer = undefined
    if (intervals.length === 0) return
    this.#timer = setInterval(() => this.look(), Math.min(MAX_INTERVAL_MS, Math.min(...intervals) / 4))
    this.#timer.unref()
  }

  look(): void {
    const now = this.#parts.now()
    for (const route of this.#routes()) if (this.#isDue(route, now)) void this.#ask(route, now)
  }

  /** Ends what is under way. */
  close(): void {
    clearInterval(this.#timer)
    this.#abort.abort()
  }

  /** Each endpoint once. */
  *#routes(): Generator<Route> {
    const seen = new Set<string>()
    for (const { routes } of this.#parts.engine().catalogue.models.values())
      for (const route of routes) {
        if (route.keepWarm === undefined || seen.has(route.endpoint.id)) continue
        seen.add(route.endpoint.id)
        yield route
      }
  }

  #isDue(route: Route, now: number): boolean {
    const { id } = route.endpoint
    const { state } = this.#parts.engine()
    const interval = route.keepWarm === true ? USUAL_MS : route.keepWarm!
    const { lastAt, wakingMs } = this.#parts.book.idleness(id, now)
    const last = Math.max(lastAt, this.#asked.get(id)?.at(-1) ?? 0)
    if (now - last < interval || this.#running.has(id)) return false
    const clock = this.#parts.engine().now()
    const limitedUntil = state.health.of(id)?.limitedUntil ?? 0
    if (state.health.inFlight(id) > 0 || state.health.state(id, clock) !== 'closed' || limitedUntil > clock)
      return false
    return route.keepWarm !== true || (wakingMs > 0 && this.#isWorth(route, wakingMs, now))
  }

  /** Whether the wait that the next request is likely to have costs more. */
  #isWorth(route: Route, wakingMs: number, now: number): boolean {
    const models = this.#parts.engine().catalogue.models.values()
    const peers = new Set(
      [...models]
        .filter(({ routes }) => routes.some(({ endpoint }) => endpoint.id === route.endpoint.id))
        .flatMap(({ routes }) => routes.map(({ endpoint }) => endpoint.id)),
    )
    let requests = 0
    for (const id of peers) {
      const own = (this.#asked.get(id) ?? []).filter((at) => now - at < WINDOW_S * 1000).length
      requests += Math.max(0, this.#parts.book.window(id, undefined, WINDOW_S, now).requests - own)
    }
    const chance = 1 - Math.exp((-requests * USUAL_MS) / (WINDOW_S * 1000))
    const cost = estimatePrice(route.endpoint.price, INPUT_TOKENS, OUTPUT_TOKENS) ?? 0
    return (chance * wakingMs * VALUE_OF_TIME) / HOUR_MS > cost
  }

  async #ask({ endpoint }: Route, now: number): Promise<void> {
    const { id } = endpoint
    this.#running.add(id)
    const asked = (this.#asked.get(id) ?? []).filter((at) => now - at < WINDOW_S * 1000)
    this.#asked.set(id, [...asked, now])
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)])
    await this.#requests.ask(callTo(id, endpoint.outputModalities), OWN_CLIENTS.keepWarm, signal)
    this.#running.delete(id)
  }
}

/** Whoever makes pictures or speech is asked to chat: those are never small. */
const callTo = (model: string, modalities: readonly string[] = []): Call =>
  modalities.includes('embeddings')
    ? ownCall('embedding', { model, input: 'ok' })
    : ownCall('chat', {
        model,
        messages: [{ role: 'user', content: 'Say ok.' }],
        max_tokens: OUTPUT_TOKENS,
        stream: true,
      })
