import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino, stdTimeFunctions } from 'pino'
import { RouterError, reasonOf } from '../base/errors.ts'
import { logStream } from '../base/log-stream.ts'
import { fingerprint } from '../federation/protocol/keys.ts'
import type { ProbeResults, PublicEndpoint } from '../federation/protocol/types.ts'
import { AggregationScheduler } from './aggregate/scheduler.ts'
import type { AggregationFacts } from './aggregate/state.ts'
import { type HubStore, openDatabase } from './database/open.ts'
import { type HubFacts, NO_FACTS } from './facts/facts.ts'
import { HubMetrics } from './metrics.ts'
import { databaseOf, type HubPlace, socketIn } from './operator/connect.ts'
import { HubOperator } from './operator/operator.ts'
import { serveOperator } from './operator/serve.ts'
import { createPage } from './page/create-page.ts'
import { ProbePublisher } from './probes/probe-publisher.ts'
import { HUB_PROBER, recordProbes } from './probes/record-probes.ts'
import { settleProbed } from './probes/settle-probed.ts'
import { suspects } from './probes/suspects.ts'
import { Publisher } from './publish/publisher.ts'
import { StaticFiles } from './publish/static-files.ts'
import { modesOf } from './publish/write-public.ts'
import { followKey, signNewestMap } from './rotate-key.ts'
import type { HubServerOptions } from './server/options.ts'
import { createHubServer } from './server/server.ts'
import { type HubSettings, loadSettings, quorumOf, rememberAddress, type WantedSettings } from './settings.ts'

export interface HubOptions extends HubPlace, Pick<HubServerOptions, 'metricsKey' | 'trustProxy' | 'facts'> {
  /** What this start wants of the settings that are kept in the database. */
  readonly settings?: WantedSettings
  /** Where the whole read side is kept as files. Default: nowhere. */
  readonly publish?: string
  /** JSON lines on stderr by default. */
  readonly log?: Logger
}

/** How often a process looks whether another one published something for its files, or the hub has another key. */
const FILES_MS = 15_000

/**
 * One process of a hub: database, HTTP, aggregation, files, and on PGlite the way in for commands. Several may share a
 * PostgreSQL; one of them aggregates each epoch.
 */
export class Hub {
  readonly settings: HubSettings
  readonly log: Logger
  readonly #store: HubStore
  readonly #metrics: HubMetrics
  readonly #server: FastifyInstance
  readonly #scheduler: AggregationScheduler
  readonly #probes: ProbePublisher
  readonly #files: StaticFiles
  readonly #publisher: Publisher | undefined
  readonly #place: HubPlace
  readonly #facts: HubFacts
  #closeOperator: (() => Promise<void>) | undefined
  #filesTimer: NodeJS.Timeout | undefined

  private constructor(
    options: HubOptions,
    settings: HubSettings,
    store: HubStore,
    log: Logger,
    page: HubServerOptions['page'],
    publisher: Publisher | undefined,
  ) {
    this.settings = settings
    this.log = log
    this.#store = store
    this.#place = options
    this.#facts = options.facts ?? NO_FACTS
    const metrics = new HubMetrics()
    this.#metrics = metrics
    const { metricsKey, trustProxy, facts } = options
    const optional = {
      ...(metricsKey !== undefined && { metricsKey }),
      ...(trustProxy !== undefined && { trustProxy }),
      ...(facts && { facts }),
    }
    this.#server = createHubServer({ ...settings, ...optional, store, log, page, metrics })
    this.#files = new StaticFiles(store, settings.epochSeconds, join(options.directory, 'public'), modesOf(settings))
    this.#publisher = publisher
    this.#probes = new ProbePublisher({
      store,
      settings,
      onMap: () => this.#writeFiles(),
      onError: (error) => log.error({ reason: reasonOf(error) }, 'Probes could not be published; they will be'),
    })
    this.#scheduler = new AggregationScheduler({
      store,
      settings,
      onMap: (facts) => {
        metrics.aggregated(facts.epoch, facts.milliseconds / 1000, facts.dropped)
        log.info({ ...facts } satisfies AggregationFacts, 'A map is published')
        return this.#writeFiles()
      },
      onError: (error) => {
        metrics.aggregationFailed()
        log.error({ reason: reasonOf(error) }, 'No map could be made; it is tried again')
      },
    })
  }

  /**
   * Opens the database and settles what this hub is.
   * @throws RouterError ROUTER_HUB_*, ROUTER_STATE_*
   */
  static async create(options: HubOptions): Promise<Hub> {
    const log = options.log ?? (await createLog())
    const store = await openDatabase(databaseOf(options), (error) =>
      log.warn({ reason: reasonOf(error) }, 'A connection to the database was lost'),
    )
    try {
      const settings = await loadSettings(store, options.settings)
      return new Hub(options, settings, store, log, await createPage(), await publisherOf(options, settings, store))
    } catch (error) {
      await store.close()
      throw error
    }
  }

  /**
   * Serves, and makes maps, until `close`. Port 0 takes any free one.
   * @returns the URL. @throws RouterError ROUTER_LISTEN; close the hub then
   */
  async listen(host: string, port: number): Promise<string> {
    if (this.#store.kind === 'pglite')
      this.#closeOperator = await serveOperator(
        socketIn(this.#place.directory),
        new HubOperator(this.#store, this.#facts),
      )
    const url = await this.#server.listen({ host, port }).catch((error) => {
      throw new RouterError('ROUTER_LISTEN', { address: `${host}:${port}`, reason: reasonOf(error) }, { cause: error })
    })
    await rememberAddress(this.#store.db, url)
    await signNewestMap(this.#store.db, this.settings)
    await this.#writeFiles()
    this.#filesTimer = setInterval(() => void this.#look(), FILES_MS).unref()
    this.#scheduler.start()
    this.#probes.start()
    return url
  }

  /** Takes what this process measured itself. */
  async takeProbes(batch: Pick<ProbeResults, 'seq' | 'continent' | 'place' | 'results'>): Promise<void> {
    const now = Date.now() / 1000
    const { status, endpoints } = await recordProbes(this.#store.db, HUB_PROBER, batch, now)
    if (status === 'accepted') for (const { kind } of batch.results) this.#metrics.probed(kind)
    const { epochSeconds } = this.settings
    await settleProbed({ store: this.#store, quorum: quorumOf(this.settings), epochSeconds, now }, endpoints)
  }

  /** Endpoints that members complain of just now. */
  suspects(): Promise<readonly PublicEndpoint[]> {
    return suspects(this.#store.db, Date.now() / 1000)
  }

  /** Lets requests and the aggregation under way finish. */
  async close(): Promise<void> {
    clearInterval(this.#filesTimer)
    await Promise.all([this.#server.close(), this.#scheduler.stop(), this.#probes.stop(), this.#closeOperator?.()])
    await this.#files.refresh().catch(() => {})
    await this.#publisher?.refresh().catch(() => {})
    await this.#store.close()
    this.log.flush()
  }

  async #look(): Promise<void> {
    try {
      if (await followKey(this.#store.db, this.settings))
        this.log.info({ key: fingerprint(this.settings.key.publicKey) }, 'The hub has another signing key, and uses it')
    } catch {
      // The database is away, which is said by who needs it.
    }
    await this.#writeFiles()
  }

  async #writeFiles(): Promise<void> {
    try {
      await this.#files.refresh()
      const published = await this.#publisher?.refresh()
      if (published) this.log.info({ ...published }, 'The files are published')
    } catch (error) {
      this.log.error({ reason: reasonOf(error) }, 'The published files could not be written; the old ones stay')
    }
  }
}

/** Its pages are drawn apart from those that are served: the two are of different minutes. */
async function publisherOf(
  { publish, facts = NO_FACTS }: HubOptions,
  settings: HubSettings,
  store: HubStore,
): Promise<Publisher | undefined> {
  if (publish === undefined) return undefined
  return new Publisher({ store, settings, facts, page: await createPage(), directory: publish, incidents: true })
}

/** On stderr: for people on a terminal, JSON lines elsewhere. */
async function createLog(): Promise<Logger> {
  return pino({ base: null, timestamp: stdTimeFunctions.isoTime }, await logStream('auto'))
}
