import { reasonOf } from '../../base/errors.ts'
import { unpack } from '../../config/portable.ts'
import type { Config } from '../../config/types.ts'
import { configuredEndpoints } from '../../routing/catalogue.ts'
import { createLog } from '../log.ts'
import { RouterApp } from '../router-app.ts'
import { newBook } from '../state.ts'
import { Asks } from './asks.ts'
import { BatchSender } from './batch-sender.ts'
import { readDeltas } from './deltas.ts'
import { type FromWorker, failureOf, type Init, type ToWorker } from './messages.ts'
import { PriorWatch } from './prior-watch.ts'
import { WorkerState } from './worker-state.ts'

/** `sent` is called once the system has taken it. */
type Send = (message: FromWorker, sent?: () => void) => void

/** One of the processes that answer requests. It holds a copy of what all have learned, and nothing of its own. */
export class RouterWorker {
  readonly #app: RouterApp
  readonly #state: WorkerState
  readonly #sender: BatchSender
  readonly #asks: Asks
  readonly #prior: PriorWatch
  readonly #send: Send

  private constructor(
    app: RouterApp,
    state: WorkerState,
    sender: BatchSender,
    asks: Asks,
    prior: PriorWatch,
    send: Send,
  ) {
    this.#app = app
    this.#state = state
    this.#sender = sender
    this.#asks = asks
    this.#prior = prior
    this.#send = send
  }

  /** Listens, and says so; or ends the process, having said why. */
  static async start(init: Init, send: Send): Promise<RouterWorker> {
    const config = unpack(init.config)
    const log = await createLog(config.log)
    // A plugin's forgotten promise is no reason to drop everybody's requests.
    process.on('unhandledRejection', (error) =>
      log.error({ reason: reasonOf(error) }, 'Something failed and nobody waited for it'),
    )
    try {
      const sender = new BatchSender(send)
      const asks = new Asks(send)
      const book = await newBook(config)
      book.restore(init.book)
      const prior = await PriorWatch.start(book, config)
      const state = new WorkerState(book, sender, asks, config, log)
      const app = await RouterApp.createSharing(config, log, state, {
        others: init.others,
        startedAt: init.startedAt,
        onDelta: (delta) => sender.delta(delta),
        metrics: () => asks.metrics(),
      })
      sender.metrics = () => app.metrics.drain()
      book.usage.isShared = true
      sender.usage = () => book.usage.drain()
      const worker = new RouterWorker(app, state, sender, asks, prior, send)
      worker.#merge(init.deltas)
      send({ type: 'listening', url: await app.listen() })
      return worker
    } catch (error) {
      sendLast({ type: 'failed', failure: failureOf(error) }, 1)
      return new Promise(() => {})
    }
  }

  take(message: Exclude<ToWorker, Init | { readonly type: 'ping' }>): void {
    switch (message.type) {
      case 'deltas':
        this.#merge(message.deltas)
        break
      case 'flush':
        this.#app.engine.settle()
        this.#sender.flush()
        this.#send({ type: 'flushed', id: message.id, load: this.#load() })
        break
      case 'find':
        this.#app.engine.settle()
        this.#send({ type: 'found', id: message.id, record: this.#state.recent(message.record) })
        break
      case 'found':
      case 'metrics':
        this.#asks.settle(message)
        break
      case 'reload':
        void this.#reload(unpack(message.config))
        break
      case 'stop':
        void this.#stop(message.delayed)
    }
  }

  #merge(deltas: Uint8Array): void {
    readDeltas(deltas, (delta) => this.#app.merge(delta))
  }

  /** What it cannot take on, the one that replaces it may. */
  async #reload(config: Config): Promise<void> {
    try {
      await this.#app.reload(config)
      await this.#prior.reconfigure(config)
      this.#send({ type: 'reloaded' })
    } catch (error) {
      this.#app.log.error(
        { reason: reasonOf(error) },
        'A worker could not take on the new configuration, and begins anew',
      )
      await this.#stop(false)
    }
  }

  async #stop(delayed: boolean): Promise<void> {
    await (delayed ? this.#app.drain() : this.#app.close())
    sendLast({ type: 'ended' }, 0)
  }

  #load() {
    const { health } = this.#app.engine.state
    const inFlight = [...configuredEndpoints(this.#app.engine.catalogue)].map((id): [string, number] => [
      id,
      health.inFlight(id),
    ])
    return { inFlight: new Map(inFlight.filter(([, count]) => count > 0)), residentBytes: process.memoryUsage.rss() }
  }
}

/** Ends the process once everything has been sent. */
const sendLast = (message: FromWorker, exitCode: number) => void process.send!(message, () => process.exit(exitCode))
