import { mkdir } from 'node:fs/promises'
import { reasonOf } from '../../base/errors.ts'
import { lockFile } from '../../base/lock-file.ts'
import type { Config, ProbesConfig } from '../../config/types.ts'
import { Budget } from '../../prober/budget.ts'
import { Outbox, type ProbeBatch } from '../../prober/outbox.ts'
import { Prober, type ProberLog } from '../../prober/prober.ts'
import type { ProbeTarget } from '../../prober/target.ts'
import { probedApp } from './probe-targets.ts'

export interface ProberStart {
  /** Its own: what it spent, what waits. Made if it is not there. */
  readonly directory: string
  readonly log: ProberLog
  /** Gives results to the hub. Rejects when it could not; `drop` says whether it never will. */
  readonly deliver: (batch: ProbeBatch, probes: ProbesConfig) => Promise<void>
  readonly isLost: (error: unknown) => boolean
}

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
  { directory, log, deliver, isLost }: ProberStart,
): Promise<RunningProber> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const unlock = lockFile(directory)
  try {
    const { app, targets, unused } = await probedApp(config)
    const probes = config.probes!
    const outbox = Outbox.open(directory)
    const budget = Budget.open(directory, probes.budgetUsd, Date.now())
    const prober = new Prober({
      ...probes,
      targets,
      budget,
      log,
      send: app.probe,
      onResult: (result) => outbox.add(result),
    })
    const delivery = new Delivery(outbox, (batch) => deliver(batch, probes), isLost, log)
    const timer = setInterval(() => void delivery.run(), Math.min(SEND_MS, SEND_SHARE * probes.intervalMs))
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

/** Brings what waits to the hub, a batch after the other. */
class Delivery {
  readonly #outbox: Outbox
  readonly #deliver: (batch: ProbeBatch) => Promise<void>
  readonly #isLost: (error: unknown) => boolean
  readonly #log: ProberLog
  #running: Promise<void> | undefined
  /** Why it did not work the last time; said once. */
  #trouble = ''

  constructor(
    outbox: Outbox,
    deliver: (batch: ProbeBatch) => Promise<void>,
    isLost: (error: unknown) => boolean,
    log: ProberLog,
  ) {
    this.#outbox = outbox
    this.#deliver = deliver
    this.#isLost = isLost
    this.#log = log
  }

  /** Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const batch = this.#outbox.next(Date.now())
        // Before it is sent: after a crash it goes again under its own number.
        await this.#outbox.save()
        if (!batch) break
        await this.#send(batch)
        this.#outbox.taken(batch)
      }
      if (this.#trouble !== '') this.#log.info({}, 'The hub takes what is measured again')
      this.#trouble = ''
    } catch (error) {
      const reason = reasonOf(error)
      if (reason !== this.#trouble)
        this.#log.warn({ reason, waiting: this.#outbox.waiting }, 'What was measured waits: the hub does not take it')
      this.#trouble = reason
    }
  }

  async #send(batch: ProbeBatch): Promise<void> {
    try {
      await this.#deliver(batch)
    } catch (error) {
      if (!this.#isLost(error)) throw error
      this.#log.warn(
        { reason: reasonOf(error), results: batch.results.length },
        'The hub refuses what was measured; it is dropped',
      )
    }
  }
}
