import { join } from 'node:path'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files/read-if-there.ts'
import { writeWhole } from '../../../base/files/write-whole.ts'
import { epochStart } from '../../protocol/epoch.ts'
import { importPublicKey } from '../../protocol/keys.ts'
import { MAP_FADE_S, REQUEST_MAX_SKEW_S } from '../../protocol/limits.ts'
import { unseal, verifySealed } from '../../protocol/signed.ts'
import type { HubMap } from '../../protocol/types.ts'
import { checkMap } from '../../protocol/validate.ts'
import type { Membership } from '../membership/identity.ts'

type Terms = Pick<Membership, 'hub' | 'hubKey' | 'epochSeconds' | 'k'>

/**
 * The newest good map: verified when it comes and again when it is read from disk. A bad one never replaces a good one.
 * What makes one bad: another key's signature, a broken schema, terms other than those agreed when joining, being older
 * than the one held, older than a day, or from the future.
 */
export class MapFile {
  readonly #path: string
  readonly #terms: Terms
  #held: HubMap | undefined

  constructor(directory: string, terms: Terms) {
    this.#path = join(directory, 'map')
    this.#terms = terms
  }

  get held(): HubMap | undefined {
    return this.#held
  }

  /** Unix milliseconds of the end of the last epoch in the map held. */
  get heldUntil(): number | undefined {
    return this.#held && epochStart(this.#held.epoch + 1, this.#terms.epochSeconds)
  }

  /**
   * Takes the map of an earlier run; an old one stays as the mark that no older one may pass. Throws RouterError when
   * it is not a good map.
   */
  load(): void {
    const document = readIfThere(this.#path)
    if (document) this.#held = this.#verify(document)
  }

  /**
   * Takes a document from the hub, in memory and on disk. `now` in Unix milliseconds. Rejects with RouterError, and
   * keeps the map held, when it is not good; with the system's error when it cannot be kept on disk.
   */
  async take(document: Buffer, now: number): Promise<HubMap> {
    const map = this.#verify(document)
    const end = epochStart(map.epoch + 1, this.#terms.epochSeconds)
    if (this.#held && map.epoch < this.#held.epoch) {
      throw this.#bad(`its map of epoch ${map.epoch} is older than the one of epoch ${this.#held.epoch} that is held`)
    }
    if (end > now + REQUEST_MAX_SKEW_S * 1000)
      throw this.#bad(`its map is ${minutes(end - now)} ahead of this machine's clock`)
    if (end < now - MAP_FADE_S * 1000)
      throw this.#bad(`its map ended ${minutes(now - end)} ago and says nothing any more`)
    this.#held = map
    await writeWhole(this.#path, document)
    return map
  }

  #verify(document: Buffer): HubMap {
    const { hubKey, epochSeconds, k } = this.#terms
    let map: HubMap
    try {
      map = checkMap(verifySealed('map', unseal(document), importPublicKey(hubKey)))
    } catch (error) {
      throw this.#bad(`its map is not good: ${reasonOf(error).replace(/\.$/, '')}`)
    }
    if (map.epoch_seconds !== epochSeconds) {
      throw this.#bad(
        `its map has epochs of ${map.epoch_seconds} s, and ${epochSeconds} s were agreed. Join again if that is right`,
      )
    }
    if (map.k < k)
      throw this.#bad(
        `its map publishes cells of ${map.k} enrolments, and at least ${k} were agreed. Join again if that is right`,
      )
    return map
  }

  #bad(reason: string): RouterError {
    return new RouterError('ROUTER_FEDERATION_HUB', { hub: this.#terms.hub, reason })
  }
}

const minutes = (ms: number) =>
  ms < 7_200_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 3_600_000)} hours`
