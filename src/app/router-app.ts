import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { ByteBudget } from '../base/byte-budget.ts'
import { RouterError } from '../base/errors.ts'
import { isLoopback } from '../base/loopback.ts'
import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import type { FederationAgent } from '../federation/member/agent.ts'
import type { FinishedRequest } from '../outcomes/log/finished-request.ts'
import { createRegistry, type PluginRegistry } from '../plugins/registry.ts'
import { type Load, Metrics } from '../reports/metrics.ts'
import type { Archive } from '../responses/archive.ts'
import { type Catalogue, configuredEndpoints, isKnownEndpoint } from '../routing/catalogue.ts'
import { Engine } from '../routing/engine.ts'
import type { HealthChange } from '../routing/health/health-change.ts'
import { Relays } from '../routing/relay/relays.ts'
import { createState } from '../routing/state/state.ts'
import { Transport } from '../routing/upstream/transport.ts'
import { OwnAccounts } from '../server/own-accounts.ts'
import { createServer } from '../server/server.ts'
import { Tokenizer } from '../tokens/tokenizer.ts'
import { createCodec } from '../wire/codec.ts'
import { type Admission, admissionOf } from './admission.ts'
import { RouterBooks } from './books.ts'
import { buildCatalogue } from './build-catalogue.ts'
import { closeServer } from './close-server.ts'
import { maxConnectMs } from './connect-timeout.ts'
import { connectionBound } from './connection-bound.ts'
import { createCounting } from './counting.ts'
import { Discovery } from './discovery.ts'
import { EndpointWatch } from './endpoint-watch.ts'
import { createAgent } from './federation-agent.ts'
import { forgiveChanged } from './forgive-changed.ts'
import { HealthLog } from './health-log.ts'
import { Judging } from './judging/judging.ts'
import { createLog, type Log, logFailure } from './log.ts'
import { Observers } from './observers.ts'
import { openServer } from './open-server.ts'
import { createRecall, openArchive } from './recalling.ts'
import { createReporting } from './reporting.ts'
import { ResourceOwners } from './resource-owners.ts'
import { restartNeeded } from './restart-needed.ts'
import type { RouterParts } from './router-parts.ts'
import { type AppState, mergeDelta, type SharedDelta, type Sharing, shareOutcomes } from './sharing.ts'
import { State } from './state.ts'

export { type App, createApp } from './command-app.ts'

/**
 * `server.drain_delay` where others can reach the router: two looks of a balancer that asks every 2 s, and as long as
 * Kubernetes takes to spread the word.
 */
const DRAIN_DELAY_MS = 5000

/** The composition root: one running router. Everything else is put together here and knows only its neighbours. */
export class RouterApp {
  readonly log: Log
  readonly engine: Engine
  readonly metrics = new Metrics()
  /** What it holds for itself, and for processes that answer beside it; undefined in one of those. */
  readonly held: State | undefined
  readonly #books: RouterBooks
  readonly #state: AppState
  readonly #server: FastifyInstance
  readonly #relays: Relays
  readonly #transport: Transport
  readonly #judging: Judging
  readonly #observers: Observers
  readonly #archive: Archive
  readonly #tokenizer = new Tokenizer()
  /** Store and observers live as long as the router, providers and strategies as long as their configuration. */
  readonly #lasting: PluginRegistry
  readonly #federation: FederationAgent | undefined
  readonly #watch: EndpointWatch | undefined
  readonly #sharing: Sharing | undefined
  readonly #discovery: Discovery
  #registry: PluginRegistry
  #config: Config
  #admission: Admission
  /** Listened on since the start. */
  readonly #host: string
  #draining = false
  #closing = false
  /** Hands a configuration on to other processes, once it is taken. */
  onReload: ((config: Config) => Promise<void>) | undefined

  private constructor(parts: RouterParts) {
    const { archive, config, lasting, registry, catalogue, state, held, observers, log, sharing } = parts
    this.log = log
    this.#archive = archive
    this.held = held
    this.#sharing = sharing
    this.#config = config
    this.#host = config.server.host
    this.#lasting = lasting
    this.#registry = registry
    this.#state = state
    this.#observers = observers
    this.#admission = admissionOf(this.#host, config)
    this.#transport = new Transport({ connectMs: maxConnectMs(config) })
    const isConfigured = (endpoint: string) => isKnownEndpoint(this.engine.catalogue, endpoint)
    const healthLog = new HealthLog(log, isConfigured)
    this.#federation = sharing ? undefined : createAgent(config, state, log, () => this.engine)
    const listeners = [
      (request: FinishedRequest) => state.record(request),
      (request: FinishedRequest) => observers.take(request),
      (request: FinishedRequest) => this.metrics.take(request, isConfigured),
      (request: FinishedRequest) => this.#judging.take(request),
    ]
    const learn = shareOutcomes(sharing) ?? ((outcome) => this.#federation?.learn(outcome))
    const books = new RouterBooks(state.book, listeners, learn)
    this.#books = books
    books.quality.onDelta = sharing?.onDelta
    state.book.configure(configuredEndpoints(catalogue))
    const { directory } = config.source
    this.#judging = new Judging({ books, state, engine: () => this.engine, log, directory })
    if (!sharing) this.#judging.review(catalogue)
    books.isNamed = (model) => this.engine.catalogue.models.has(model)
    const onHealth = (change: HealthChange) => {
      healthLog.report(change)
      // What an endpoint does not have at all is no news to others.
      if (change.operation === undefined) this.#federation?.healthChanged(change)
    }
    const codec = createCodec({ budget: new ByteBudget(config.server.streamBuffer) })
    const [transport, { checks }] = [this.#transport, this.#judging]
    const engine = { codec, transport, state: createState({ onHealth, ...sharing }), books, checks }
    this.engine = new Engine(engine, catalogue, config.routing)
    this.#watch = sharing ? undefined : new EndpointWatch({ engine: this.engine, book: state.book, log, observers })
    this.#relays = new Relays(this.engine)
    this.#discovery = new Discovery(this, log, !sharing)
    const owners = new ResourceOwners(join(stateDirectory(config), 'resources.ndjson'), log)
    const recall = createRecall(this.engine, archive, state, owners)
    this.#server = createServer({
      engine: this.engine,
      counting: createCounting(() => this.engine, this.#tokenizer),
      ...recall,
      recall: this.#judging.embedder.after(recall.recall),
      watch: (call, account, sink) => this.#judging.judge.watch(call, recall.watch(call, account, sink)),
      ...createReporting(this.engine, state, { startedAt: sharing?.startedAt, ready: () => !this.#draining }),
      metrics: sharing?.metrics ?? (() => this.metricsText()),
      keys: () => this.#admission.keys,
      keyless: () => this.#admission.keyless,
      own: new OwnAccounts(() => this.engine.catalogue),
      connections: connectionBound(config, this.metrics, log),
      bodyLimit: config.server.bodyLimit,
      uploadLimit: config.server.uploadLimit,
      relays: this.#relays,
      realtime: config.server.realtime,
      owners,
      onError: (error, request) => logFailure(log, error, request),
    })
  }

  /** Loads plugins, restores the stats and puts the router together; `listen` then opens it. Throws RouterError. */
  static async create(config: Config, ownLog?: Log): Promise<RouterApp> {
    const log = ownLog ?? (await createLog(config.log))
    const host = { directory: config.source.directory, log }
    const registry = createRegistry(host)
    const lasting = createRegistry(host)
    try {
      const catalogue = await buildCatalogue(config, registry)
      await lasting.load(config.plugins)
      const observers = await Observers.create(config, lasting, log)
      const state = await State.open(config, lasting, log)
      const archive = await openArchive(config, log)
      return new RouterApp({ config, lasting, registry, catalogue, state, held: state, archive, observers, log })
    } catch (error) {
      await Promise.all([registry.closeAll(), lasting.closeAll()])
      throw error
    }
  }

  /** One that answers beside others; `state` and `sharing` lead to the process that holds all. Throws RouterError. */
  static async createSharing(config: Config, log: Log, state: AppState, sharing: Sharing): Promise<RouterApp> {
    const host = { directory: config.source.directory, log }
    const registry = createRegistry(host)
    const catalogue = await buildCatalogue(config, registry)
    const lasting = createRegistry(host)
    const observers = await Observers.create({ ...config, observers: [] }, lasting, log)
    const archive = await openArchive(config, log, sharing)
    return new RouterApp({ config, lasting, registry, catalogue, state, archive, observers, log, sharing })
  }

  /** Records of another process, for the observers: lines of its decision log, in UTF-8. */
  observeLines(lines: Uint8Array): void {
    this.#observers.takeLines(lines)
  }

  /** Takes over what another process of this router has learned. */
  merge(delta: SharedDelta): void {
    mergeDelta(delta, { archive: this.#archive, books: this.#books, engine: this.engine, federation: this.#federation })
  }

  /** Metrics for Prometheus; `load`: of the processes that answer, when they are others. */
  metricsText(load?: Load): string {
    return this.metrics.text(this.engine, load) + (this.#federation?.metrics() ?? '') + (this.#watch?.metrics() ?? '')
  }

  get config(): Config {
    return this.#config
  }

  /** Opens the port. Returns the URL to reach it by. Throws ROUTER_LISTEN. */
  async listen(): Promise<string> {
    const url = await openServer(this.#server, this.#config.server)
    await this.start()
    return url
  }

  /** Takes up a membership. For a router whose port other processes listen on; `listen` does it by itself. */
  async start(): Promise<void> {
    this.#discovery.start()
    await this.#federation?.start()
    this.#watch?.configure()
  }

  /**
   * Takes on another configuration without dropping a request: new requests see it, those under way finish under the
   * old. Stats and health stay, since endpoint ids do. Throws, and changes nothing, when its plugins cannot be used.
   */
  async reload(config: Config): Promise<void> {
    // Another address takes effect at the next start only: what counts is the one that is listened on.
    if (config.auth.keys.length === 0 && !isLoopback(this.#host))
      throw new RouterError('ROUTER_PUBLIC_WITHOUT_KEYS', { host: this.#host })
    const registry = createRegistry({ directory: config.source.directory, log: this.log })
    let catalogue: Catalogue
    try {
      catalogue = await buildCatalogue(config, registry)
    } catch (error) {
      await registry.closeAll()
      throw error
    }
    const before = this.#config
    const oldRegistry = this.#registry
    this.#config = config
    this.#registry = registry
    this.#admission = admissionOf(this.#host, config)
    this.log.setLevel(config.log.level)
    this.engine.reconfigure(catalogue, config.routing)
    if (!this.#sharing) this.#judging.review(catalogue)
    this.#state.book.configure(configuredEndpoints(catalogue))
    forgiveChanged(before, config, this.engine.state)
    this.#federation?.reconfigure(config)
    this.#watch?.configure()
    this.#discovery.start()
    if (!this.#sharing)
      for (const key of restartNeeded(before, config))
        this.log.warn({ key }, 'This change takes effect at the next start')
    // The old adapters may still be answering; no request outlives its total timeout.
    setTimeout(() => {
      void oldRegistry.closeAll()
      this.#transport.keep([...this.engine.catalogue.providers.values()].flatMap(({ connection }) => connection ?? []))
    }, before.routing.timeouts.totalMs).unref()
    if (this.onReload) await this.onReload(config)
    if (!this.#sharing) this.log.info({ version: config.version, models: config.models.size }, 'Configuration reloaded')
  }

  /**
   * Goes on taking requests for `server.drain_delay` while `/ready` says 503, so that balancers send no more; then
   * closes.
   */
  async drain(): Promise<void> {
    this.#draining = true
    const delayMs = this.#config.server.drainDelayMs ?? (isLoopback(this.#host) ? 0 : DRAIN_DELAY_MS)
    if (delayMs > 0) await sleep(delayMs)
    await this.close()
  }

  /** Stops taking requests, lets those under way finish within `server.drain_timeout`, saves everything. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#draining = true
    this.#closing = true
    // Nothing is kept warm for who comes no more.
    this.#watch?.close()
    await closeServer(this.#server, this.#config.server.drainTimeoutMs, () => {
      this.engine.stop()
      this.#relays.stop()
      this.#state.stopSearching()
    })
    this.engine.settle()
    await this.#judging.judge.close()
    this.engine.settle()
    this.#discovery.close()
    this.#observers.drain()
    await this.#tokenizer.close()
    await this.#federation?.close()
    this.#archive.close()
    await this.#state.close()
    await Promise.all([this.#registry.closeAll(), this.#lasting.closeAll()])
    await this.#transport.close()
    this.log.flush()
  }
}
