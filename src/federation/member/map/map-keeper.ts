import { reasonOf } from '../../../base/errors.ts'
import { USUAL_EPOCH_S } from '../../protocol/limits.ts'
import type { HubMap } from '../../protocol/types.ts'
import { Backoff } from '../backoff.ts'
import { Due } from '../due.ts'
import type { HubClient } from '../membership/hub-client.ts'
import type { MemberStatus } from '../membership/member-status.ts'
import { MapFile, type MapTerms } from './map-file.ts'

export interface MapKeeperOptions {
  readonly directory: string
  readonly terms: MapTerms
  /** Milliseconds from one look to the next; a quarter of a short epoch at the most. */
  readonly everyMs: number
  readonly client: Pick<HubClient, 'map'>
  readonly status: MemberStatus
  /** A good map was taken, from the hub or from disk. */
  readonly onMap: (map: HubMap) => void
  readonly random: () => number
}

/** Of a hub's map: its probes are in it within minutes, and what has not changed costs an ETag. */
export const MAP_EVERY_MS = 300_000
/** Give or take this share of it, so that members do not come all at once. */
const JITTER = 0.25
/** The first time is soon after the start. */
const START_MS = 2_000
const FIRST_RETRY_MS = 10_000

/** Fetches the map from time to time. */
export class MapKeeper {
  readonly #options: MapKeeperOptions
  readonly #file: MapFile
  readonly #backoff: Backoff
  #etag: string | undefined
  readonly #due: Due
  #fetching = false

  constructor(options: MapKeeperOptions, now: number) {
    const { directory, terms, random } = options
    this.#options = options
    this.#file = new MapFile(directory, terms)
    const epochMs = this.#epochSeconds * 1000
    this.#backoff = new Backoff(Math.min(FIRST_RETRY_MS, epochMs / 8), epochMs / 4, random)
    this.#due = new Due(now + random() * Math.min(START_MS, epochMs / 20), now)
  }

  /** Unix milliseconds of the end of the last epoch in the map. */
  get heldUntil(): number | undefined {
    return this.#file.heldUntil
  }

  /** The public key that signed the map held. */
  get hubKey(): string | undefined {
    return this.#file.heldKey
  }

  /** Takes the map of an earlier run. */
  load(now: number): void {
    try {
      this.#file.load()
      if (this.#file.held) this.#options.onMap(this.#file.held)
    } catch (error) {
      this.#options.status.failed('map', `the map on disk is left out: ${reasonOf(error)}`, now)
    }
  }

  /** Fetches the map when it is due. Never rejects. */
  async tick(now: number): Promise<void> {
    if (!this.#due.isOver(now) || this.#fetching) return
    this.#fetching = true
    const { status, client } = this.#options
    try {
      const answer = await client.map(this.#etag)
      if (answer) {
        const map = await this.#file.take(answer.document, now)
        this.#etag = answer.etag
        status.counts.maps += 1
        status.lastMap = { epoch: map.epoch, at: Math.floor(now / 1000), cells: map.cells.length, members: map.members }
        this.#options.onMap(map)
      }
      status.well('map')
      this.#backoff.worked()
      this.#due.at = now + this.#wait()
    } catch (error) {
      status.failed('map', reasonOf(error), now, error)
      this.#due.at = now + this.#backoff.failed((error as { retryAfterMs?: number }).retryAfterMs)
    } finally {
      this.#fetching = false
    }
  }

  get #epochSeconds(): number {
    return this.#options.terms.epochSeconds ?? this.#file.held?.epoch_seconds ?? USUAL_EPOCH_S
  }

  #wait(): number {
    const { everyMs, random } = this.#options
    return Math.min(everyMs, this.#epochSeconds * 250) * (1 + JITTER * (2 * random() - 1))
  }
}
