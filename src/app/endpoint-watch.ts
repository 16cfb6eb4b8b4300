import type { OutcomeBook } from '../outcomes/cells/cells.ts'
import type { Engine } from '../routing/engine.ts'
import { KeepWarm } from './keep-warm.ts'
import { LengthWatch } from './length-watch.ts'
import type { Log } from './log.ts'
import type { Observers } from './observers.ts'

interface EndpointWatchParts {
  readonly engine: Engine
  readonly book: OutcomeBook
  readonly log: Log
  readonly observers: Pick<Observers, 'notice'>
}

/** What looks after endpoints beside requests: whether they answer too short, and that they do not go to sleep. */
export class EndpointWatch {
  readonly #lengths: LengthWatch
  readonly #keepWarm: KeepWarm

  constructor({ engine, book, log, observers }: EndpointWatchParts) {
    const onEvent = observers.notice.bind(observers)
    this.#lengths = new LengthWatch({ book, catalogue: () => engine.catalogue, log, onEvent, now: Date.now })
    this.#keepWarm = new KeepWarm({ engine: () => engine, book, now: Date.now })
  }

  /** To be called at each configuration. */
  configure(): void {
    this.#keepWarm.configure()
  }

  /** In Prometheus' text format. */
  metrics(): string {
    return this.#lengths.metrics()
  }

  close(): void {
    this.#lengths.close()
    this.#keepWarm.close()
  }
}
