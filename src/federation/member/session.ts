import { reasonOf } from '../../base/errors.ts'
import type { Opinion } from '../../outcomes/quality/opinion.ts'
import type { Outcome } from '../../outcomes/types.ts'
import { endpointKey } from '../protocol/endpoint-key.ts'
import { epochAt } from '../protocol/epoch.ts'
import { seal } from '../protocol/signed.ts'
import type { Alarm, HubMap, PublicEndpoint, PublicModel } from '../protocol/types.ts'
import { FIRST_VERSION } from '../protocol/version.ts'
import type { Continent } from '../protocol/words.ts'
import { AlarmQueue, type EndpointChange } from './incidents/alarms.ts'
import { IncidentFeed } from './incidents/incidents.ts'
import { Witness } from './incidents/witness.ts'
import { MAP_EVERY_MS, MapKeeper } from './map/map-keeper.ts'
import { MapPrior } from './map/map-prior.ts'
import { MapValues } from './map/map-values.ts'
import { HubClient } from './membership/hub-client.ts'
import type { Membership } from './membership/identity.ts'
import { type Duty, MemberStatus } from './membership/member-status.ts'
import { Whereabouts } from './membership/whereabouts.ts'
import { Reporter } from './report/reporter.ts'
import { Sender } from './report/sender.ts'
import { countEndpoints, type EndpointCounts, endpointsOf, type HubSession, type SessionHost } from './session-host.ts'

const SAVE_MS = 10_000
/** What goes wrong when the hub has moved, or has another key. */
const FROM_HUB: readonly Duty[] = ['report', 'map', 'incidents']
const DUTIES: readonly Duty[] = ['report', 'map', 'incidents', 'alarm', 'disk']

/**
 * One membership while the router runs: reports, alarms, the map, the incidents. `tick` does what is due and never
 * waits; nothing in here throws at its callers, and nothing is done on the request path but to count.
 */
export class MemberSession implements HubSession {
  readonly isMember = true
  readonly membership: Membership
  readonly prior: MapPrior
  readonly status: MemberStatus
  readonly #directory: string
  readonly #continent: Continent
  readonly #host: SessionHost
  readonly #client: HubClient
  readonly #reporter: Reporter
  readonly #sender: Sender
  readonly #map: MapKeeper
  readonly #whereabouts: Whereabouts
  readonly #alarms: AlarmQueue
  readonly #witness: Witness
  readonly #feed: IncidentFeed | undefined
  readonly #logged = new Map<Duty, string>()
  #savedAt: number
  #endpoints: EndpointCounts = { configured: 0, public: 0, with_prior: 0 }

  private constructor(directory: string, membership: Membership, host: SessionHost, reporter: Reporter) {
    const { names, settings, now, random, log } = host
    const start = now()
    this.membership = membership
    this.#directory = directory
    this.#host = host
    // At the first tick, so that "router federation status" sees it at work.
    this.#savedAt = start - SAVE_MS
    this.#reporter = reporter
    const client = new HubClient(
      membership.hub,
      undefined,
      membership.private ? { key: membership.key, now } : undefined,
    )
    const status = new MemberStatus(directory, membership)
    status.load()
    this.#client = client
    this.status = status
    this.#continent = settings.continent ?? membership.continent
    const { canonicalOf, filePrior: file } = host
    this.prior = new MapPrior({ publicName: names.find, canonicalOf, continent: this.#continent, file, now })
    this.prior.quality.useReported((model) => reporter.hasReportedQuality(model))
    reporter.judgeOf(endpointsOf(host))
    this.#sender = new Sender({ membership, reporter, client, status, log, random }, start)
    this.#map = new MapKeeper(
      {
        directory,
        terms: membership,
        everyMs: MAP_EVERY_MS,
        client,
        status,
        onMap: (map) => this.#useMap(map),
        random,
      },
      start,
    )
    this.#map.load(start)
    if (this.#map.heldUntil === undefined) this.#know(undefined)
    this.#whereabouts = new Whereabouts({ directory, membership, wanted: settings.hub, log })
    this.#witness = new Witness(names.find)
    this.#alarms = new AlarmQueue({ publicName: names.find, isEjected: host.isEjected })
    this.#feed = settings.incidents ? this.#follow() : undefined
  }

  /** Takes up what an earlier run left. Rejects with the system's error when the state cannot be read. */
  static async open(directory: string, membership: Membership, host: SessionHost): Promise<MemberSession> {
    const { names, settings } = host
    const reporter = await Reporter.open({
      directory,
      key: membership.key,
      epochSeconds: membership.epochSeconds,
      names,
      settings: {
        continent: settings.continent ?? membership.continent,
        noise: settings.noise ?? membership.noise,
        grids: settings.grids,
        prices: settings.prices,
        quality: settings.quality,
        exact: membership.private,
      },
      now: host.now(),
      canonicalOf: host.canonicalOf,
    })
    return new MemberSession(directory, membership, host, reporter)
  }

  get hub(): string {
    return this.membership.hub
  }

  /** Reports that wait to be sent. */
  get waiting(): number {
    return this.#reporter.waiting.length
  }

  get endpoints(): EndpointCounts {
    return this.#endpoints
  }

  /** Unix milliseconds of the end of the last epoch in the map; undefined without one. */
  get mapUntil(): number | undefined {
    return this.#map.heldUntil
  }

  learn(outcome: Outcome): void {
    if (!this.#host.settings.share) return
    this.#reporter.learn(outcome)
    this.#witness.learn(outcome)
    this.#alarms.learn(outcome, this.#host.now())
  }

  learnQuality(opinion: Opinion, before: Opinion | undefined): void {
    if (this.#host.settings.share) this.#reporter.learnQuality(opinion, before)
  }

  healthChanged(change: EndpointChange): void {
    if (this.#host.settings.share) this.#alarms.note(change, this.#host.now())
  }

  /** Does what is due. */
  tick(): void {
    const now = this.#host.now()
    void this.#map.tick(now)
    void this.#whereabouts.tick(
      now,
      FROM_HUB.some((duty) => this.status.isLost(duty)),
    )
    if (this.#host.settings.share) {
      void this.#sender.tick(now)
      void this.#alarm(now)
    }
    if (Math.abs(now - this.#savedAt) < SAVE_MS) return
    this.#savedAt = now
    this.#logProblems()
    void this.#save(now)
  }

  /** Breaks off what is under way, and saves if `keep`; waits for nothing of the hub. */
  async close(keep: boolean): Promise<void> {
    this.#feed?.stop()
    await this.#client.close()
    await this.#sender.close(keep ? this.#host.now() : undefined)
    if (keep) await this.#save(this.#host.now())
  }

  async #alarm(now: number): Promise<void> {
    const word = this.#alarms.next(now) ?? this.#witness.next(now)
    if (!word) return
    const { endpoint, state, minute } = word
    const alarm: Alarm = { type: 'alarm', v: FIRST_VERSION, ...endpoint, state, minute }
    try {
      await this.#client.alarm(seal(alarm, this.membership.key))
      this.status.counts.alarms += 1
      this.status.well('alarm')
    } catch (error) {
      // An old alarm is worth nothing: it is said again while it holds.
      this.status.failed('alarm', reasonOf(error), now)
    }
  }

  #useMap(map: HubMap): void {
    const { membership, status, prior } = this
    const epoch = epochAt(this.#host.now(), membership.epochSeconds)
    prior.useReported((endpoint) => status.hasReported(endpoint, epoch))
    prior.useMap(map)
    this.#know(map)
    this.#endpoints = countEndpoints(this.#host, this.prior)
    // Else the status would say for a while what the map before it knew.
    this.#savedAt = 0
    const { epoch: until, cells, members } = map
    this.#host.log.info(
      { epoch: until, cells: cells.length, members, ...this.#endpoints },
      'A map of the hub is in use',
    )
  }

  /** What is public decides how reports are made; before the first map, what every router guesses of chat. */
  #know(map: HubMap | undefined): void {
    const endpoints = endpointsOf(this.#host)
    this.#reporter.know(new MapValues(map, this.#continent), endpoints)
    this.#reporter.judgeOf(endpoints)
    this.#reporter.offer(
      [...this.#host.models()].map((ids) => ids.flatMap((id) => publicModelOf(this.#host.names.find(id)))),
    )
  }

  #follow(): IncidentFeed {
    const { now, random, log } = this.#host
    const feed = new IncidentFeed({
      client: this.#client,
      hubKey: this.membership.hubKey,
      onChange: (open) => {
        const before = new Set(this.status.incidents.map(({ id }) => id))
        for (const { id, provider, model, region, members } of open) {
          if (!before.has(id))
            log.warn({ provider, model, region, members }, 'Other routers agree that an endpoint fails')
        }
        this.status.incidents = open
        this.#witness.watch(open)
        this.prior.useIncidents(new Set(open.map(endpointKey)))
      },
      onProblem: (reason) => {
        if (reason === undefined) this.status.well('incidents')
        else this.status.failed('incidents', reason, now())
      },
      now,
      random,
    })
    void feed.run()
    return feed
  }

  async #save(now: number): Promise<void> {
    try {
      this.#endpoints = countEndpoints(this.#host, this.prior)
      await this.status.save({ waiting: this.waiting, endpoints: this.#endpoints }, now)
    } catch (error) {
      this.status.failed('disk', `${this.#directory} cannot be written: ${reasonOf(error)}`, now)
    }
  }

  /** Once when something goes wrong, and once when it is well again: not at every try. */
  #logProblems(): void {
    const { hub } = this.membership
    for (const duty of DUTIES) {
      const reason = this.status.problem(duty)
      const before = this.#logged.get(duty)
      if (reason === undefined) {
        if (this.#logged.delete(duty)) this.#host.log.info({ hub, duty }, 'The hub is well again')
      } else {
        this.#logged.set(duty, reason)
        if (before === undefined)
          this.#host.log.warn(
            { hub, duty, reason },
            'Something is wrong with the hub; requests are served as without it',
          )
      }
    }
  }
}

const publicModelOf = (name: PublicEndpoint | undefined): PublicModel[] =>
  name ? [{ provider: name.provider, model: name.model }] : []
