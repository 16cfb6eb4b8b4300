import { join } from 'node:path'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files/read-if-there.ts'
import { writeWhole } from '../../../base/files/write-whole.ts'
import { epochStart } from '../../protocol/epoch.ts'
import { fingerprint, importPublicKey } from '../../protocol/keys.ts'
import { MAP_FADE_S, REQUEST_MAX_SKEW_S } from '../../protocol/limits.ts'
import { unseal, verifySealed } from '../../protocol/signed.ts'
import { leadsTo } from '../../protocol/succession.ts'
import type { HubMap } from '../../protocol/types.ts'
import { checkMap } from '../../protocol/validate.ts'

/** What a good map has to be: of a membership, what was agreed when joining; without one, of the pinned key. */
export interface MapTerms {
  /** Where it comes from, for people. */
  readonly hub: string
  /** The hub's public key, or its fingerprint. */
  readonly hubKey: string
  /** How its key came after others, where one of these is pinned. */
  readonly succession?: readonly string[]
  /** Default: whatever the map says. */
  readonly epochSeconds?: number
  readonly k?: number
  /** Seconds after its end in which it still says something. Default: a day. */
  readonly lastsS?: number
}

/**
 * The newest good map: verified when it comes and again when it is read from disk. A bad one never replaces a good one.
 * What makes one bad: another key's signature, a broken schema, terms other than those agreed when joining, being older
 * than the one held, older than a day, or from the future.
 */
export class MapFile {
  readonly #path: string
  readonly #terms: MapTerms
  #held: HubMap | undefined
  #heldKey: string | undefined

  constructor(directory: string, terms: MapTerms) {
    this.#path = join(directory, 'map')
    this.#terms = terms
  }

  get held(): HubMap | undefined {
    return this.#held
  }

  /** The public key that signed the map held. */
  get heldKey(): string | undefined {
    return this.#heldKey
  }

  /** Unix milliseconds of the end of the last epoch in the map held. */
  get heldUntil(): number | undefined {
    return this.#held && endOf(this.#held)
  }

  /**
   * Takes the map of an earlier run; an old one stays as the mark that no older one may pass. Throws RouterError when
   * it is not a good map.
   */
  load(): void {
    const document = readIfThere(this.#path)
    if (document) this.#hold(verifiedMap(document, this.#terms), document)
  }

  /**
   * Takes a document from the hub, in memory and on disk. `now` in Unix milliseconds. Rejects with RouterError, and
   * keeps the map held, when it is not good; with the system's error when it cannot be kept on disk.
   */
  async take(document: Buffer, now: number): Promise<HubMap> {
    const map = this.check(document, now)
    this.#hold(map, document)
    await writeWhole(this.#path, document)
    return map
  }

  /** The map in a document, if it is good enough to be taken. Throws RouterError. */
  check(document: Buffer, now: number): HubMap {
    const map = verifiedMap(document, this.#terms)
    const end = endOf(map)
    if (this.#held && end < endOf(this.#held)) {
      throw this.#bad(`its map of epoch ${map.epoch} is older than the one of epoch ${this.#held.epoch} that is held`)
    }
    if (end > now + REQUEST_MAX_SKEW_S * 1000)
      throw this.#bad(`its map is ${minutes(end - now)} ahead of this machine's clock`)
    if (end < now - (this.#terms.lastsS ?? MAP_FADE_S) * 1000)
      throw this.#bad(`its map ended ${minutes(now - end)} ago and says nothing any more`)
    return map
  }

  #hold(map: HubMap, document: Buffer): void {
    this.#held = map
    this.#heldKey = unseal(document).key
  }

  #bad(reason: string): RouterError {
    return bad(this.#terms, reason)
  }
}

/**
 * The map in a document, when it is signed and shaped as it has to be, whatever its age.
 * @throws RouterError ROUTER_FEDERATION_HUB
 */
export function verifiedMap(document: Buffer, terms: MapTerms): HubMap {
  const { epochSeconds, k } = terms
  let map: HubMap
  try {
    const sealed = unseal(document)
    const key = signerOf(sealed.key, terms)
    map = checkMap(verifySealed('map', sealed, importPublicKey(key)))
  } catch (error) {
    throw bad(terms, `its map is not good: ${reasonOf(error).replace(/\.$/, '')}`)
  }
  const remedy = 'Join again if that is right'
  if (epochSeconds !== undefined && map.epoch_seconds !== epochSeconds)
    throw bad(terms, `its map has epochs of ${map.epoch_seconds} s, and ${epochSeconds} s were agreed. ${remedy}`)
  if (k !== undefined && map.k < k)
    throw bad(terms, `its map publishes cells of ${map.k} enrolments, and at least ${k} were agreed. ${remedy}`)
  return map
}

const bad = ({ hub }: MapTerms, reason: string): RouterError =>
  new RouterError('ROUTER_FEDERATION_HUB', { hub, reason })

const FINGERPRINT_LENGTH = 22

/** The key whose signature is wanted. @throws RangeError when it is not the one that the document names */
function signerOf(key: string, { hubKey, succession }: MapTerms): string {
  if (hubKey.length > FINGERPRINT_LENGTH && !succession) return hubKey
  if (leadsTo(hubKey, key, succession)) return key
  const wanted = hubKey.length > FINGERPRINT_LENGTH ? fingerprint(hubKey) : hubKey
  throw new RangeError(`it is signed by the key ${fingerprint(key)}, and ${wanted} is wanted`)
}

/** Unix milliseconds at which the last epoch in it ended. */
const endOf = ({ epoch, epoch_seconds }: HubMap): number => epochStart(epoch + 1, epoch_seconds)

const minutes = (ms: number) =>
  ms < 7_200_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 3_600_000)} hours`
