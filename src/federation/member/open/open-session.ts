import { mkdirSync } from 'node:fs'
import { reasonOf } from '../../../base/errors.ts'
import type { OpenMapConfig } from '../../../config/types.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import type { HubMap } from '../../protocol/types.ts'
import type { MapTerms } from '../map/map-file.ts'
import { MapKeeper } from '../map/map-keeper.ts'
import { MapPrior } from '../map/map-prior.ts'
import { MemberStatus } from '../membership/member-status.ts'
import { countEndpoints, type EndpointCounts, type HubSession, type SessionHost } from '../session-host.ts'
import { chainTo, keepChain } from './key-chain.ts'
import type { MapSource } from './map-source.ts'
import { followIncidents, type OpenIncidents } from './open-incidents.ts'
import { lastsOf, openTerms } from './open-map.ts'
import { sourceOf } from './source-of.ts'

const SAVE_MS = 10_000
/** Status files belong to an epoch's length; nothing is reported here. */
const EPOCH_S = 3_600

/**
 * A map that is used without a membership: fetched from a hub, a file server or a file, verified by the pinned key, and
 * kept on disk for when its source is away. Nothing is sent. `tick` does what is due and never waits.
 */
export class OpenSession implements HubSession {
  readonly isMember = false
  readonly prior: MapPrior
  readonly status: MemberStatus
  readonly waiting = 0
  readonly #host: SessionHost
  readonly #source: MapSource
  readonly #map: MapKeeper
  #incidents: OpenIncidents | undefined
  /** The key that these have to be signed with. */
  #followed: string | undefined
  #endpoints: EndpointCounts = { configured: 0, public: 0, with_prior: 0 }
  #savedAt: number
  #logged: string | undefined

  /** @throws the system's error when the folder cannot be made */
  constructor(directory: string, map: OpenMapConfig, host: SessionHost) {
    const { names, settings, now, random } = host
    const start = now()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#host = host
    this.#savedAt = start - SAVE_MS
    const source = sourceOf(map.from, map.readKey)
    this.#source = source
    const status = new MemberStatus(directory, { hub: source.name, member: map.key, epochSeconds: EPOCH_S })
    this.status = status
    status.load()
    const continent = settings.continent ?? '-'
    const { canonicalOf, filePrior: file } = host
    this.prior = new MapPrior({ publicName: names.find, canonicalOf, continent, file, now, ...lastsOf(map) })
    const onMap = (taken: HubMap) => this.#useMap(taken)
    const terms: { succession?: readonly string[] } & MapTerms = openTerms(directory, map)
    const client = {
      map: async (etag?: string) => {
        const fetched = await source.map(etag)
        if (!fetched) return undefined
        const chain = await chainTo(fetched.document, map.key, terms.succession ?? [], source)
        if (chain !== terms.succession) await keepChain(directory, chain)
        terms.succession = chain
        return fetched
      },
    }
    this.#map = new MapKeeper({ directory, terms, everyMs: source.everyMs, client, status, onMap, random }, start)
    this.#map.load(start)
  }

  get hub(): string {
    return this.#source.name
  }

  get endpoints(): EndpointCounts {
    return this.#endpoints
  }

  get mapUntil(): number | undefined {
    return this.#map.heldUntil
  }

  /** Nobody is told. */
  learn(): void {}

  learnQuality(): void {}

  healthChanged(): void {}

  tick(): void {
    const now = this.#host.now()
    void this.#map.tick(now)
    if (Math.abs(now - this.#savedAt) < SAVE_MS) return
    this.#savedAt = now
    this.#logProblem()
    void this.#save(now)
  }

  async close(keep: boolean): Promise<void> {
    this.#incidents?.stop()
    await this.#source.close()
    if (keep) await this.#save(this.#host.now())
  }

  #useMap(map: HubMap): void {
    this.prior.useMap(map)
    this.#endpoints = countEndpoints(this.#host, this.prior)
    // Else the status would say for a while what the map before it knew.
    this.#savedAt = 0
    const { epoch, cells, members } = map
    this.#host.log.info({ from: this.hub, epoch, cells: cells.length, members, ...this.#endpoints }, 'A map is in use')
    const { hubKey } = this.#map
    if (hubKey === undefined || hubKey === this.#followed || !this.#host.settings.incidents) return
    this.#incidents?.stop()
    this.#incidents = this.#follow(hubKey)
    this.#followed = hubKey
  }

  #follow(hubKey: string): OpenIncidents {
    const { now, random } = this.#host
    return followIncidents({
      source: this.#source,
      hubKey,
      onChange: (open) => {
        this.status.incidents = open
        this.prior.useIncidents(new Set(open.map(endpointKey)))
      },
      onProblem: (reason) => {
        if (reason === undefined) this.status.well('incidents')
        else this.status.failed('incidents', reason, now())
      },
      now,
      random,
    })
  }

  async #save(now: number): Promise<void> {
    try {
      this.#endpoints = countEndpoints(this.#host, this.prior)
      await this.status.save({ waiting: 0, endpoints: this.#endpoints }, now)
    } catch (error) {
      this.status.failed('disk', `its folder cannot be written: ${reasonOf(error)}`, now)
    }
  }

  /** Once when something goes wrong, and once when it is well again. */
  #logProblem(): void {
    const { log } = this.#host
    const reason = this.status.problem('map')
    if (reason !== undefined && this.#logged === undefined)
      log.warn({ from: this.hub, reason }, 'The map cannot be had anew; requests are served as without it')
    if (reason === undefined && this.#logged !== undefined) log.info({ from: this.hub }, 'The map can be had again')
    this.#logged = reason
  }
}
