import { sweep } from '../incidents/sweep.ts'
import { readKeyOf } from '../settings.ts'
import { publishIncidents } from './publish-incidents.ts'
import { alarmContext, type Services } from './services.ts'

const POLL_MS = 1_000
/** Looks at the database between two searches for incidents that nobody complains of any more. */
const LOOKS_PER_SWEEP = 10

/** Looks at the database regularly: for what other processes published, and for what time alone changes. */
export class Ticker {
  readonly #services: Services
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #looks = 0
  #failed = false

  constructor(services: Services) {
    this.#services = services
  }

  /** The first look is over when this settles; a database that is away now is looked at again. */
  async start(): Promise<void> {
    await this.tick()
    this.#timer = setInterval(() => void this.tick(), this.#services.options.pollMs ?? POLL_MS).unref()
  }

  /** One look; the one under way when there is one. Never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #look(): Promise<void> {
    const { options, published, metrics, watch, history } = this.#services
    const isSweep = this.#looks++ % LOOKS_PER_SWEEP === 0
    try {
      if (isSweep) await sweep(alarmContext(this.#services))
      if (options.private) await this.#renewReadKey()
      await watch.refreshIncidents(options.store.db)
      if (isSweep) await watch.refreshAlarms(options.store.db)
      await publishIncidents(this.#services)
      if (isSweep) await history.refresh()
      await published.refresh()
      if (this.#failed) options.log.info('the database answers again')
      this.#failed = false
    } catch (error) {
      metrics.databaseFailed()
      // Once, not every second.
      if (!this.#failed) options.log.error({ err: error }, 'the database does not answer')
      this.#failed = true
    }
  }

  /** Who reads by a key that opens nothing any more reads no further. */
  async #renewReadKey(): Promise<void> {
    const { options, readKey, streams } = this.#services
    const key = await readKeyOf(options.store.db)
    if (key === readKey.current) return
    readKey.current = key
    streams.endReaders()
  }
}
