import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { SteadyClock } from '../base/steady-clock.ts'
import type { RoutingConfig } from '../config/types.ts'
import type { FinishedRequest } from '../outcomes/log/finished-request.ts'
import type { QualityBook } from '../outcomes/quality/quality.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { Usage } from '../plugins/api.ts'
import { type Catalogue, configuredEndpoints, type Route } from './catalogue.ts'
import type { Ledger } from './plan/parts.ts'
import { Planner } from './plan/planner.ts'
import type { Call, ClientSink, Codec } from './ports.ts'
import { KeepAlive } from './run/keep-alive.ts'
import { RequestRun } from './run/request-run.ts'
import type { EngineState } from './state/state.ts'
import type { Transport } from './upstream/transport.ts'

/** The accounts that a finished request is entered into. Neither may throw or wait. */
export interface Books extends Ledger {
  readonly quality: QualityBook
  /** Tokens of input to expect of a body with this much text. */
  estimateTokens(model: string, textBytes: number): number
  class(call: Call, inputTokens: number, structured: boolean): string
  cost(route: Route, usage: Usage): number | undefined
  /** Once per attempt, as it ends. */
  outcome(outcome: Outcome, model: string, textBytes: number): void
  /** Once per request, after its answer. */
  record(request: FinishedRequest): void
}

export interface EngineParts {
  readonly codec: Codec
  readonly transport: Transport
  readonly state: EngineState
  readonly books: Books
  /** In [0, 1); default Math.random. */
  readonly random?: () => number
  /** Unix milliseconds that never go back; default: the wall clock, from which what it is set back by is taken out. */
  readonly now?: () => number
}

/** Ejections and waits must end when they were to, whatever happens to the clock. */
function steadyNow(): () => number {
  const clock = new SteadyClock()
  return () => clock.tick(Date.now())
}

/** Resolve, filter, rank, attempt, commit, record. Knows no HTTP server and no wire. */
export class Engine {
  readonly codec: Codec
  readonly transport: Transport
  readonly state: EngineState
  readonly books: Books
  readonly wheel = new DeadlineWheel()
  readonly planner: Planner
  readonly now: () => number
  readonly random: () => number
  /** Requests under way. */
  readonly #runs = new Set<RequestRun>()
  catalogue: Catalogue
  routing: RoutingConfig

  constructor(parts: EngineParts, catalogue: Catalogue, routing: RoutingConfig) {
    this.codec = parts.codec
    this.transport = parts.transport
    this.state = parts.state
    this.books = parts.books
    this.now = parts.now ?? steadyNow()
    this.random = parts.random ?? Math.random
    this.catalogue = catalogue
    this.routing = routing
    const { health, countingHealth, limits } = parts.state
    const ids = configuredEndpoints(catalogue)
    health.configure(ids)
    countingHealth.configure(ids)
    const { codec, books: ledger } = parts
    this.planner = new Planner({ codec, health, countingHealth, limits, ledger, random: this.random })
  }

  /** Swaps the configuration. Requests under way finish under the one they began with. */
  reconfigure(catalogue: Catalogue, routing: RoutingConfig): void {
    this.catalogue = catalogue
    this.routing = routing
    const ids = configuredEndpoints(catalogue)
    this.state.limits.keep(ids)
    this.state.health.configure(ids)
    this.state.countingHealth.configure(ids)
  }

  /**
   * Answers `call` into `sink`, or throws a RouterError before anything has been sent. Errors after that reach the client in-band.
   * `account`: the fingerprint of the client's key; it separates conversations, and is recorded.
   */
  async handle(call: Call, sink: ClientSink, account = ''): Promise<void> {
    const run = new RequestRun(this, call, sink, account)
    this.#runs.add(run)
    const { codec, wheel, routing } = this
    const keepAlive = new KeepAlive({ call, sink, codec, wheel, everyMs: routing.keepAliveMs, committed: () => run.committed })
    try {
      await run.run()
    } catch (error) {
      if (!keepAlive.fail(error)) throw error
    } finally {
      keepAlive.stop()
      this.#runs.delete(run)
    }
  }

  /** Ends every request under way, because the router is going down: an error where nothing was sent yet, in-band where something was. */
  stop(): void {
    for (const run of this.#runs) run.stop()
  }
}
