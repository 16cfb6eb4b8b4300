import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../../../base/errors.ts'
import { followHub } from './follow-hub.ts'
import { type Membership, writeMembership } from './identity.ts'

export interface WhereaboutsOptions {
  readonly directory: string
  readonly membership: Membership
  /** The hub that the configuration names, if it names one: then it is that or none. */
  readonly wanted: string | undefined
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void
    warn(fields: Readonly<Record<string, unknown>>, message: string): void
  }
}

/** How often a hub that gives trouble is asked whether it moved. */
const PAUSE_MS = 60_000

/**
 * Looks, when something is wrong with the hub, whether it is elsewhere or has another key, and if so changes the
 * membership on disk: whoever runs it takes it up anew.
 */
export class Whereabouts {
  readonly #options: WhereaboutsOptions
  readonly #pauseMs: number
  #askedAt = Number.NEGATIVE_INFINITY
  #asking = false
  #warned = ''

  constructor(options: WhereaboutsOptions) {
    this.#options = options
    this.#pauseMs = Math.min(PAUSE_MS, options.membership.epochSeconds * 1000)
  }

  /** Never rejects. */
  async tick(now: number, isTroubled: boolean): Promise<void> {
    if (!isTroubled || this.#asking || Math.abs(now - this.#askedAt) < this.#pauseMs) return
    this.#askedAt = now
    this.#asking = true
    try {
      const next = await followHub(this.#options.membership, now)
      if (next) await this.#take(next)
    } catch {
      // What is wrong is said by whatever gave the trouble.
    } finally {
      this.#asking = false
    }
  }

  async #take(next: Membership): Promise<void> {
    const { directory, membership, wanted, log } = this.#options
    const { hub, hubKey } = next
    if (wanted !== undefined && wanted !== hub) {
      this.#warnOnce(`it has moved to ${hub}, and the configuration names ${wanted} (federation.hub)`)
      return
    }
    try {
      await writeMembership(directory, next)
      if (hubKey === membership.hubKey) log.info({ from: membership.hub, to: hub }, 'The hub has moved')
      else {
        // Signed by the key before; the hub has signed it anew.
        rmSync(join(directory, 'map'), { force: true })
        log.info({ hub, key: hubKey }, 'The hub has another key, which the one before signed')
      }
    } catch (error) {
      this.#warnOnce(reasonOf(error))
    }
  }

  #warnOnce(reason: string): void {
    const { log, membership } = this.#options
    if (reason !== this.#warned) log.warn({ hub: membership.hub, reason }, 'The hub cannot be followed')
    this.#warned = reason
  }
}
