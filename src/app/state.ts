import { RouterError, reasonOf } from '../base/errors.ts'
import { makeStateDirectory, stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import { federationDirectory } from '../federation/member/federation-directory.ts'
import { OutcomeBook } from '../outcomes/cells/cells.ts'
import { type DecisionLogOptions, LogSearch } from '../outcomes/log/decision-log.ts'
import type { FinishedRequest } from '../outcomes/log/finished-request.ts'
import { RequestLog } from '../outcomes/log/request-log.ts'
import { StatsFlusher } from '../outcomes/saving/flusher.ts'
import { drainInbox, writeInbox } from '../outcomes/saving/inbox.ts'
import { readPrior } from '../outcomes/saving/prior-file.ts'
import type { Outcome } from '../outcomes/types.ts'
import type { RequestRecord, StatsStore } from '../plugins/api.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { canonicalNames } from './canonical-name.ts'
import type { Log } from './log.ts'

/** What the router remembers: stats, recent requests, the decision log; and how it gets to disk. */
export class State {
  readonly book: OutcomeBook
  readonly #requests: RequestLog
  readonly #search: LogSearch | undefined
  readonly #ending = new AbortController()
  readonly #flusher: StatsFlusher

  private constructor(config: Config, book: OutcomeBook, store: StatsStore, log: Log) {
    this.book = book
    const { outcomes } = config.log
    this.#search = outcomes && new LogSearch(outcomes.path)
    this.#requests = new RequestLog(decisionLogOf(config, log))
    this.#flusher = new StatsFlusher({
      book,
      store,
      intervalMs: config.stats.flushMs,
      inbox: stateDirectory(config),
      onError: (error) =>
        log.warn({ reason: reasonOf(error) }, 'The stats could not be saved; the next flush tries again'),
      onRecovered: () => log.info({}, 'The stats are saved again'),
    })
  }

  /** Opens the stats for writing. Throws ROUTER_STATE_* and ROUTER_STATS_UNREADABLE. */
  static async open(config: Config, registry: PluginRegistry, log: Log): Promise<State> {
    if (config.log.outcomes || config.stats.store.plugin === 'lowdb') makeStateDirectory(config, log)
    const store = await registry.create('store', config.stats.store)
    const book = await newBook(config)
    const saved = await store.load()
    if (saved) {
      const skipped = book.restore(saved)
      while (book.quality.advance(Date.now()));
      log.info({ cells: book.size, ...(skipped > 0 && { skipped }) }, 'Stats restored')
    }
    for (const outcome of await drainInbox(stateDirectory(config))) book.record(outcome, Date.now())
    return new State(config, book, store, log)
  }

  record(request: FinishedRequest): void {
    this.#requests.record(request)
  }

  /** A line of another kind into the decision log. */
  write(line: string): void {
    this.#requests.write(line)
  }

  /**
   * A request by our id or the upstream's: from memory, else from the decision log, unless `signal` says that nobody
   * waits for it any more.
   */
  async find(id: string, signal: AbortSignal): Promise<RequestRecord | undefined> {
    const recent = this.#requests.find(id)
    if (recent || !this.#search) return recent
    const either = AbortSignal.any([signal, this.#ending.signal])
    return this.#search.find(id, either).catch((error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    })
  }

  /** Gives up what is being looked up: the router is about to end. */
  stopSearching(): void {
    this.#ending.abort(new RouterError('ROUTER_DRAINING'))
  }

  /** Saves everything. Never rejects: what cannot be saved is logged. The store is closed with its registry. */
  async close(): Promise<void> {
    await this.#requests.close()
    await this.#flusher.close()
  }
}

/** What the stats hold now, for a command that only looks. `registry` is a read-only one. */
export async function readBook(config: Config, registry: PluginRegistry): Promise<OutcomeBook> {
  const store = await registry.create('store', config.stats.store)
  const book = await newBook(config)
  const saved = await store.load()
  if (saved) book.restore(saved)
  const { priorOnDisk } = await import('../federation/member/map/prior-on-disk.ts')
  book.prior = priorOnDisk(federationDirectory(stateDirectory(config)), config, book.prior, canonicalNames(config))
  return book
}

/** Where the decision log is, and how much of it is kept; undefined where there is none. */
export function decisionLogOf({ log: { outcomes } }: Config, log: Log): DecisionLogOptions | undefined {
  return outcomes && { directory: outcomes.path, keepMs: outcomes.keepMs, maxBytes: outcomes.maxBytes, log }
}

/** Without stats of its own. */
export async function newBook({ stats }: Config): Promise<OutcomeBook> {
  const book = new OutcomeBook({ maxCells: stats.maxCells })
  if (stats.prior !== undefined) book.prior = await readPrior(stats.prior)
  return book
}

/** Hands outcomes of a command to the router that holds the stats, now or when it next starts. */
export async function handOver(config: Config, outcomes: readonly Outcome[]): Promise<void> {
  makeStateDirectory(config)
  await writeInbox(stateDirectory(config), outcomes)
}
