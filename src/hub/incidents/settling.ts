import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'

interface Running {
  readonly now: Promise<void>
  /** For all who came after that had begun. */
  next: Promise<void> | undefined
}

/**
 * Settles an endpoint's incident once for all alarms that came while it was settled before: each time all that members
 * say of it is read, and in an outage each of them says something at the same moment.
 */
export class Settling {
  readonly #endpoints = new Map<string, Running>()

  /** Settles with the work that began, or begins, after this call, and fails with it. */
  run(endpoint: PublicEndpoint, work: () => Promise<void>): Promise<void> {
    const key = endpointKey(endpoint)
    const running = this.#endpoints.get(key)
    if (!running) return this.#begin(key, work)
    const begin = () => this.#begin(key, work)
    running.next ??= running.now.then(begin, begin)
    return running.next
  }

  #begin(key: string, work: () => Promise<void>): Promise<void> {
    const running: Running = {
      now: work().finally(() => {
        if (!running.next) this.#endpoints.delete(key)
      }),
      next: undefined,
    }
    this.#endpoints.set(key, running)
    return running.now
  }
}
