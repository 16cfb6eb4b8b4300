import { mkdir } from 'node:fs/promises'
import { reasonOf } from '../../base/errors.ts'
import { lockFile } from '../../base/lock-file.ts'
import type { Config, ProbesConfig } from '../../config/types.ts'
import { Budget } from '../../prober/budget.ts'
import { Prober, type ProberLog } from '../../prober/prober.ts'
import type { ProbeTarget } from '../../prober/target.ts'
import { type ProbeBatch, UnsentResults } from '../../prober/unsent-results.ts'
import { probedApp } from './probe-targets.ts'

export interface ProberStart {
  /** Its own: what it spent, what waits. Made if it is not there. */
  readonly directory: string
  readonly log: ProberLog
  /** Gives results to the hub. Rejects when it could not. */
  readonly deliver: (batch: ProbeBatch, probes: ProbesConfig) => Promise<void>
  readonly refusalOf: (error: unknown) => Refusal | undefined
}

/** `lost`: the hub will never want these results. `unwelcome`: it takes none of this prober's, whatever they are. */
export type Refusal = 'lost' | 'unwelcome'

export interface RunningProber {
  readonly targets: readonly ProbeTarget[]
  readonly probes: ProbesConfig
  /** Patterns that fit nothing. */
  readonly unused: readonly string[]
  /** Has some asked at once. */
  hurry(isSuspect: (target: ProbeTarget) => boolean): void
  /** Sends what can be sent at once, keeps the rest. */
  close(): Promise<void>
}

/** Results are sent, and written down, this often. */
const SEND_MS = 10_000
/** Of a short interval so much. */
const SEND_SHARE = 0.25

/**
 * Measures what a configuration says, and delivers what came of it, until it is closed.
 * @throws RouterError ROUTER_HUB_PROBES, ROUTER_PLUGIN_*, ROUTER_STATE_LOCKED
 */
export async function startProber(
  config: Config,
  { directory, log, deliver, refusalOf }: ProberStart,
): Promise<RunningProber> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const unlock = lockFile(directory)
  try {
    const { app, targets, unused } = await probedApp(config)
    const probes = config.probes!
    const unsent = UnsentResults.open(directory)
    const budget = Budget.open(directory, probes.budgetUsd, Date.now())
    const prober = new Prober({
      ...probes,
      targets,
      budget,
      log,
      send: app.probe,
      onResult: (result) => unsent.add(result),
    })
    const delivery = new Delivery({ unsent, prober, deliver: (batch) => deliver(batch, probes), refusalOf, log })
    const timer = setInterval(() => void delivery.run(), Math.min(SEND_MS, SEND_SHARE * probes.intervalMs))
    // Whether it is still unwelcome is asked before anything is spent.
    if (unsent.waiting > 0) await delivery.run()
    prober.start()
    return {
      targets,
      probes,
      unused,
      hurry: (isSuspect) => prober.hurry(isSuspect),
      close: async () => {
        clearInterval(timer)
        await prober.stop()
        await delivery.run()
        await app.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

interface DeliveryParts extends Pick<ProberStart, 'refusalOf' | 'log'> {
  readonly unsent: UnsentResults
  readonly prober: Prober
  readonly deliver: (batch: ProbeBatch) => Promise<void>
}

/**
 * Brings what waits to the hub, a batch after the other. Nothing is asked of endpoints as long as the hub takes nothing
 * of this prober: what waits is kept and offered again, which is how it learns that it is taken again.
 */
class Delivery {
  readonly #parts: DeliveryParts
  #running: Promise<void> | undefined
  /** Why it did not work the last time; said once. */
  #trouble = ''

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    const { unsent, prober, log } = this.#parts
    try {
      for (;;) {
        const batch = unsent.next(Date.now())
        // Before it is sent: after a crash it goes again under its own number.
        await unsent.save()
        if (!batch) break
        await this.#send(batch)
        unsent.taken(batch)
      }
      if (this.#trouble !== '') log.info({}, 'The hub takes what is measured again')
      this.#trouble = ''
      prober.resume()
    } catch (error) {
      this.#failed(error)
    }
  }

  async #send(batch: ProbeBatch): Promise<void> {
    const { deliver, refusalOf, log } = this.#parts
    try {
      await deliver(batch)
    } catch (error) {
      if (refusalOf(error) !== 'lost') throw error
      log.warn(
        { reason: reasonOf(error), results: batch.results.length },
        'The hub refuses what was measured; it is dropped',
      )
    }
  }

  #failed(error: unknown): void {
    const { unsent, prober, refusalOf, log } = this.#parts
    const isUnwelcome = refusalOf(error) === 'unwelcome'
    if (isUnwelcome) prober.pause()
    const reason = reasonOf(error)
    if (reason === this.#trouble) return
    this.#trouble = reason
    const message = isUnwelcome
      ? 'The hub takes nothing of this prober: no endpoint is asked until it does again'
      : 'What was measured waits: the hub does not take it'
    log.warn({ reason, waiting: unsent.waiting }, message)
  }
}
