import cluster from 'node:cluster'
import module from 'node:module'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { pack } from '../../config/portable.ts'
import type { Config } from '../../config/types.ts'
import { configuredEndpoints } from '../../routing/catalogue.ts'
import { stateDeltas } from '../../routing/state/state.ts'
import type { RouterApp } from '../router-app.ts'
import { deltaBytes, readDeltas } from './deltas.ts'
import { Member } from './member.ts'
import { type Batch, type FromWorker, failureOf } from './messages.ts'

/** Beside this file, from source and built. */
const ENTRY = fileURLToPath(new URL(`./serve-worker${extname(import.meta.url)}`, import.meta.url))
/** A worker that ends sooner is not replaced at once, and each time later. Milliseconds. */
const SOON_MS = 10_000
const BACKOFF_MS = 500
const MAX_BACKOFF_MS = 30_000
/** Between two questions whether a worker is alive. Milliseconds. */
const ASK_MS = 5_000
/** Beyond what a worker may take to drain, after which it is killed. Milliseconds. */
const PATIENCE_MS = 10_000

/** The processes that answer on the one port. What they learn comes to `app`, which saves it and passes it on. */
export class WorkerPool {
  readonly #app: RouterApp
  readonly #count: number
  readonly #startedAt = Date.now()
  /** What is listened on, and bound for good, whatever is configured later. */
  readonly #first: Config
  readonly #members = new Set<Member>()
  /** Of those that are gone. */
  #dropped = 0
  /** Workers in a row that ended soon after their start. */
  #failures = 0
  #stopping = false
  #asking: NodeJS.Timeout | undefined
  /** Until all listen for the first time. */
  #starting:
    | { left: number; readonly resolve: (url: string) => void; readonly reject: (error: RouterError) => void }
    | undefined

  constructor(app: RouterApp) {
    this.#app = app
    this.#first = app.config
    this.#count = app.config.server.workers
    app.onReload = (config) => this.#reload(config)
  }

  /** Starts them; gives the URL to reach them by once all listen. Throws RouterError. */
  async start(): Promise<string> {
    cluster.setupPrimary({
      exec: ENTRY,
      args: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const url = await new Promise<string>((resolve, reject) => {
      this.#starting = { left: this.#count, resolve, reject }
      for (let i = 0; i < this.#count; i++) this.#fork()
    })
    this.#starting = undefined
    this.#asking = setInterval(() => this.#endHanging(), ASK_MS)
    await this.#app.start()
    return url
  }

  /** Goes on taking requests for `server.drain_delay`, then closes. */
  drain(): Promise<void> {
    return this.#stop(true)
  }

  /** Lets requests under way finish within `server.drain_timeout`, saves everything. */
  close(): Promise<void> {
    return this.#stop(false)
  }

  /** Of all processes, in Prometheus' text format. */
  async metrics(): Promise<string> {
    const loads = await this.#flush()
    const inFlight = (endpoint: string) => loads.reduce((sum, load) => sum + (load.inFlight.get(endpoint) ?? 0), 0)
    const residentBytes = loads.reduce((sum, load) => sum + load.residentBytes, process.memoryUsage.rss())
    const dropped = [...this.#members].reduce((sum, member) => sum + member.dropped, this.#dropped)
    const workers = `# TYPE commonroute_workers gauge\ncommonroute_workers ${this.#members.size}\n`
    const lost = `# TYPE commonroute_worker_dropped_total counter\ncommonroute_worker_dropped_total ${dropped}\n`
    return this.#app.metricsText({ inFlight, residentBytes }) + workers + lost
  }

  /** What each of them knew has come when it resolves. */
  #flush() {
    return Promise.all([...this.#members].map((member) => member.flush()))
  }

  #fork(): void {
    const compiled = module.getCompileCacheDir()
    // The folder is one of this version of Node's, within the one that was named.
    const worker = cluster.fork(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) })
    const member = new Member(worker)
    this.#members.add(member)
    worker.on('message', (message: FromWorker) => this.#take(message, member))
    worker.on('error', (error) =>
      this.#app.log.warn({ pid: worker.process.pid, reason: reasonOf(error) }, 'A worker cannot be reached'),
    )
    void member.ended.then(() => this.#ended(member))
  }

  /** Whoever hangs takes no connections, and would keep those that it has waiting for ever. */
  #endHanging(): void {
    for (const member of this.#members) {
      if (member.ask()) continue
      this.#app.log.error({ pid: member.worker.process.pid }, 'A worker does not answer any more, and is ended')
      member.worker.process.kill('SIGKILL')
    }
  }

  #take(message: FromWorker, from: Member): void {
    from.answered()
    switch (message.type) {
      case 'hello':
        this.#attach(from)
        break
      case 'listening':
        if (this.#starting && --this.#starting.left === 0) this.#starting.resolve(message.url)
        break
      case 'failed':
        this.#failed(new RouterError(message.failure.code, message.failure.details))
        break
      case 'reloaded':
        from.reloaded()
        break
      case 'batch':
        this.#learn(message, from)
        break
      case 'flushed':
        from.flushed(message.id, message.load)
        break
      case 'found':
        from.found(message.id, message.record)
        break
      case 'find':
        void this.#find(message, from)
        break
      case 'cancel':
        from.searches.get(message.id)?.abort()
        break
      case 'metrics':
        void this.metrics().then((text) => from.send({ type: 'metrics', id: message.id, text }))
    }
  }

  /** From here on it gets what changes, so nothing is missed. */
  #attach(member: Member): void {
    if (this.#stopping) return
    const { engine, held, config } = this.#app
    const { host, port, bodyLimit, workers } = this.#first.server
    // The decision log is searched where it was at the start.
    const { outcomes } = this.#first.log
    const { outcomes: _, ...others } = config.log
    const log = outcomes ? { ...others, outcomes } : others
    member.send({
      type: 'init',
      config: pack({ ...config, log, server: { ...config.server, host, port, bodyLimit, workers } }),
      book: held!.book.snapshot(Date.now()),
      deltas: deltaBytes(stateDeltas(engine.state, engine.now())),
      others: this.#count - 1,
      startedAt: this.#startedAt,
    })
    member.attached = true
  }

  #learn({ deltas, lines, metrics, dropped }: Batch, from: Member): void {
    from.reportedDropped = dropped
    if (deltas) {
      for (const member of this.#members) if (member !== from) member.relay(deltas)
      readDeltas(deltas, (delta) => this.#app.merge(delta))
    }
    for (const piece of lines) this.#app.observeLines(piece)
    if (metrics)
      this.#app.metrics.merge(metrics, (endpoint) => configuredEndpoints(this.#app.engine.catalogue).has(endpoint))
  }

  async #find({ id, record }: Extract<FromWorker, { readonly type: 'find' }>, from: Member): Promise<void> {
    const search = new AbortController()
    from.searches.set(id, search)
    try {
      const others = [...this.#members].filter((member) => member !== from)
      const recent = await Promise.all(others.map((member) => member.find(record)))
      const found = recent.find((each) => each !== undefined) ?? (await this.#app.held!.find(record, search.signal))
      from.send({ type: 'found', id, record: found })
    } catch (error) {
      from.send({ type: 'found', id, failure: failureOf(error) })
    } finally {
      from.searches.delete(id)
    }
  }

  async #reload(config: Config): Promise<void> {
    const message = { type: 'reload', config: pack(config) } as const
    await Promise.all([...this.#members].filter(({ attached }) => attached).map((member) => member.reload(message)))
  }

  #ended(member: Member): void {
    const { pid, exitCode, signalCode } = member.worker.process
    this.#members.delete(member)
    this.#dropped += member.dropped
    if (this.#stopping) return
    if (this.#starting) {
      this.#failed(new RouterError('ROUTER_INTERNAL', { reason: 'a worker ended while it started' }))
      return
    }
    const early = performance.now() - member.startedMs < SOON_MS
    this.#failures = early ? this.#failures + 1 : 0
    const delayMs = early ? Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (this.#failures - 1)) : 0
    this.#app.log.error(
      { pid, exit_code: exitCode, signal: signalCode },
      'A worker has ended by itself; another one takes its place',
    )
    setTimeout(() => {
      if (!this.#stopping) this.#fork()
    }, delayMs)
  }

  #failed(error: RouterError): void {
    if (this.#starting) this.#starting.reject(error)
    else this.#app.log.error({ reason: error.message }, 'A worker could not start')
  }

  async #stop(delayed: boolean): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    clearInterval(this.#asking)
    const ended = [...this.#members].map((member) => member.ended)
    for (const member of this.#members) {
      if (member.attached) member.send({ type: 'stop', delayed })
      else member.worker.process.kill('SIGKILL')
    }
    const { drainDelayMs = 0, drainTimeoutMs } = this.#app.config.server
    const kill = setTimeout(
      () => {
        for (const { worker } of this.#members) worker.process.kill('SIGKILL')
      },
      drainDelayMs + drainTimeoutMs + PATIENCE_MS,
    )
    await Promise.all(ended)
    clearTimeout(kill)
    await this.#app.close()
  }
}
