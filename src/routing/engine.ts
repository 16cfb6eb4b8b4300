import { DeadlineWheel } from '../base/deadline-wheel.ts'
import { Later } from '../base/later.ts'
import { Link } from '../base/link.ts'
import { Soon } from '../base/soon.ts'
import { SteadyClock } from '../base/steady-clock.ts'
import type { RoutingConfig } from '../config/types.ts'
import { type Catalogue, configuredEndpoints } from './catalogue.ts'
import type { AnswerChecks } from './checks.ts'
import type { Codec } from './codec.ts'
import type { Books, EngineCore, EngineParts } from './parts.ts'
import { Planner } from './plan/planner.ts'
import type { Call, ClientSink } from './ports.ts'
import type { Asker } from './run/asker.ts'
import { RequestRun } from './run/request-run.ts'
import type { EngineState } from './state/state.ts'
import type { Transport } from './upstream/transport.ts'

/** Requests that are recorded in one turn of the event loop: what is new goes before what is over. */
const RECORDED_PER_TURN = 8

/** Ejections and waits must end when they were to, whatever happens to the clock. */
function steadyNow(): () => number {
  const clock = new SteadyClock()
  return () => clock.tick(Date.now())
}

/** Resolve, filter, rank, attempt, commit, record. Knows no HTTP server and no wire. */
export class Engine implements EngineCore {
  readonly codec: Codec
  readonly transport: Transport
  readonly state: EngineState
  readonly books: Books
  readonly checks: AnswerChecks | undefined
  readonly wheel = new DeadlineWheel()
  readonly soon = new Soon()
  readonly later = new Later(RECORDED_PER_TURN)
  readonly planner: Planner
  readonly now: () => number
  readonly random: () => number
  /** Requests under way. */
  readonly #runs = new Link()
  catalogue: Catalogue
  routing: RoutingConfig

  constructor(parts: EngineParts, catalogue: Catalogue, routing: RoutingConfig) {
    this.codec = parts.codec
    this.transport = parts.transport
    this.state = parts.state
    this.books = parts.books
    this.checks = parts.checks
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
   * Answers `call` into `sink`, or throws a RouterError before anything has been sent. Errors after that reach the
   * client in-band. `account`: the fingerprint of the client's key; it separates conversations, and is recorded.
   */
  handle(call: Call, sink: ClientSink, account = ''): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = (error?: unknown) => (error === undefined ? resolve() : reject(error))
      this.begin(call, sink, account, { settled })
    })
  }

  /** As `handle`, without a promise. It may end at once. Throws ROUTER_BAD_REQUEST, which has not begun then. */
  begin(call: Call, sink: ClientSink, account: string, asker: Asker): void {
    const run = new RequestRun(this, this.catalogue, this.routing, call, sink, account, asker)
    run.append(this.#runs)
    run.begin()
  }

  /** Records what is over and waits for it: call it before what was recorded is read. */
  settle(): void {
    this.later.flush()
  }

  /**
   * Ends every request under way, because the router is going down: an error where nothing was sent yet, in-band where
   * something was.
   */
  stop(): void {
    for (let link = this.#runs.next; link !== this.#runs; ) {
      const run = link as RequestRun
      link = run.next
      run.stop()
    }
  }
}
