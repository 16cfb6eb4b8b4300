import { reasonOf } from '../../../base/errors.ts'
import { epochAt, epochStart } from '../../protocol/epoch.ts'
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
  /** Milliseconds between two looks at the most; default: one look an epoch, when its map is due. */
  readonly everyMs?: number
  readonly client: Pick<HubClient, 'map'>
  readonly status: MemberStatus
  /** A good map was taken, from the hub or from disk. */
  readonly onMap: (map: HubMap) => void
  readonly random: () => number
}

/**
 * When in an epoch the map is asked for: the hub publishes the one of the epoch before when about 0.6 of this one are
 * over, and members do not come all at once.
 */
const EARLIEST = 0.65
const LATEST = 0.95
/** The first time is soon after the start. */
const START_MS = 2_000
const FIRST_RETRY_MS = 10_000

/** Fetches the map once an epoch, or regularly. */
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
      this.#due.at = this.#next(now)
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

  /** A moment in this epoch's time for it, else in the next one's; else soon enough to miss no epoch's map by much. */
  #next(now: number): number {
    const { everyMs, random } = this.#options
    const epochSeconds = this.#epochSeconds
    if (everyMs !== undefined) return now + Math.min(everyMs, epochSeconds * 250) * (0.75 + random() / 2)
    const epoch = epochAt(now, epochSeconds)
    const at = (which: number) =>
      epochStart(which, epochSeconds) + (EARLIEST + (LATEST - EARLIEST) * random()) * epochSeconds * 1000
    return now < epochStart(epoch, epochSeconds) + EARLIEST * epochSeconds * 1000 ? at(epoch) : at(epoch + 1)
  }
}
